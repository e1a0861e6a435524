// Cuts the command line into words.
#include "kernel/cmdline.h"
#include "kernel/base/string.h"

CommandLine::CommandLine(std::string_view text) {
    copy_string(original_, sizeof original_, text);
    split();
    init_start_ = word_count_;
    for (usize i = 0; i < word_count_; ++i) {
        if (std::string_view(words_[i]) == "--") {
            init_start_ = i + 1;
            return;
        }
    }
}

void CommandLine::split() {
    const char* from = original_;
    char* to = storage_;
    while (word_count_ < max_words) {
        while (*from == ' ' || *from == '\t' || *from == '\n') ++from;
        if (!*from) return;
        words_[word_count_++] = to;
        bool quoted = false;
        for (; *from && (quoted || (*from != ' ' && *from != '\t' && *from != '\n')); ++from) {
            if (*from == '"')
                quoted = !quoted;
            else
                *to++ = *from;
        }
        if (*from) ++from;
        *to++ = 0;
    }
}

std::optional<std::string_view> CommandLine::option(std::string_view name) const {
    std::optional<std::string_view> found;
    for (usize i = 0; i < word_count_; ++i) {
        const std::string_view word = words_[i];
        if (word == "--") break;
        if (word == name) found = std::string_view();
        if (word.size() > name.size() && word[name.size()] == '=' && word.starts_with(name))
            found = word.substr(name.size() + 1);
    }
    return found;
}
