// The kernel's command line: words separated by spaces, `name=value` options among them, and after
// a word `--` the arguments for init. A word may be quoted with "…" to hold spaces.
#pragma once

#include "kernel/base/types.h"
#include <optional>
#include <string_view>

class CommandLine {
  public:
    static constexpr usize max_words = 64;

    // Copies the text (up to 1023 characters).
    explicit CommandLine(std::string_view text);
    // The value of the last `name=value`; an empty one for a bare `name`.
    std::optional<std::string_view> option(std::string_view name) const;
    usize init_argument_count() const { return word_count_ - init_start_; }
    // NUL-terminated.
    const char* init_argument(usize index) const { return words_[init_start_ + index]; }
    // As it was given.
    const char* text() const { return original_; }

  private:
    void split();

    char original_[1024];
    char storage_[1024]; // the words, each with a NUL
    const char* words_[max_words];
    usize word_count_ = 0;
    usize init_start_ = 0;
};

// The one that the machine was booted with.
const CommandLine& kernel_command_line();
