// getopts, which reads a script's options, and ulimit, which shows and sets limits.
#include "user/sh/sh.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

// Where getopts is: in a cluster "-abc" behind so many letters of the word that it read last.
static int letter_in_word;
static const char* word_read;

static void set_number(const char* name, int value) {
    char text[16];
    snprintf(text, sizeof text, "%d", value);
    set_variable(name, text);
}

// A letter that is unknown or lacks its value: told to the script if its list begins with a colon,
// else to the person.
static int complain(const char* name, bool silent, char letter, bool lacks_value) {
    char text[2] = {letter, 0};
    if (silent)
        set_variable("OPTARG", text);
    else
        warn_text("%s -%c", lacks_value ? "no value for option" : "unknown option", letter);
    if (!silent) unset_variable("OPTARG");
    return set_variable(name, silent && lacks_value ? ":" : "?") ? 0 : 2;
}

static int do_getopts(int argc, char** argv) {
    if (argc < 3) {
        warn_text("usage: getopts LETTERS NAME [WORD...]");
        return 2;
    }
    char** words = argc > 3 ? argv + 3 : shell.argument;
    int count = argc > 3 ? argc - 3 : shell.arguments;
    const char *letters = argv[1], *name = argv[2], *index = variable("OPTIND");
    bool silent = *letters == ':';
    int at = index && atoi(index) > 0 ? atoi(index) : 1;
    const char* word = at <= count ? words[at - 1] : NULL;
    if (!word || word != word_read || letter_in_word >= (int)strlen(word)) letter_in_word = 0;
    if (!letter_in_word) {
        if (!word || word[0] != '-' || !word[1] || !strcmp(word, "--")) {
            set_number("OPTIND", at + (word && !strcmp(word, "--")));
            set_variable(name, "?");
            unset_variable("OPTARG");
            return 1;
        }
        letter_in_word = 1;
    }
    word_read = word;
    char letter = word[letter_in_word++];
    const char* known = letter == ':' ? NULL : strchr(letters, letter);
    bool last = !word[letter_in_word], valued = known && known[1] == ':';
    const char* value = !valued      ? NULL
                        : !last      ? word + letter_in_word
                        : at < count ? words[at]
                                     : NULL;
    if (last || valued) at += 1 + (valued && last && value);
    if (last || valued) word_read = NULL;
    set_number("OPTIND", at);
    if (!known || (valued && !value)) return complain(name, silent, letter, known != NULL);
    if (value)
        set_variable("OPTARG", value);
    else
        unset_variable("OPTARG");
    char text[2] = {letter, 0};
    return set_variable(name, text) ? 0 : 2;
}

static const struct Limit {
    char letter;
    int resource;
    rlim_t unit; // bytes
    const char* what;
} limits[] = {
    {'t', RLIMIT_CPU, 1, "processor time (seconds)"},
    {'f', RLIMIT_FSIZE, 512, "file size (blocks)"},
    {'d', RLIMIT_DATA, 1024, "data (kB)"},
    {'s', RLIMIT_STACK, 1024, "stack (kB)"},
    {'c', RLIMIT_CORE, 512, "core file (blocks)"},
    {'m', RLIMIT_RSS, 1024, "resident memory (kB)"},
    {'l', RLIMIT_MEMLOCK, 1024, "locked memory (kB)"},
    {'p', RLIMIT_NPROC, 1, "processes"},
    {'n', RLIMIT_NOFILE, 1, "descriptors"},
    {'v', RLIMIT_AS, 1024, "address space (kB)"},
};
enum { LIMITS = sizeof limits / sizeof limits[0] };

static void print_limit(const struct Limit* limit, bool hard) {
    struct rlimit now;
    if (getrlimit(limit->resource, &now)) return;
    rlim_t value = hard ? now.rlim_max : now.rlim_cur;
    if (value == RLIM_INFINITY)
        puts("unlimited");
    else
        printf("%llu\n", (unsigned long long)(value / limit->unit));
}

static int set_limit(const struct Limit* limit, bool soft, bool hard, const char* text) {
    char* end;
    struct rlimit now;
    unsigned long long value = strtoull(text, &end, 10);
    bool unlimited = !strcmp(text, "unlimited");
    if (!unlimited && (end == text || *end || *text == '-')) {
        warn_text("ulimit: not a number: %s", text);
        return 2;
    }
    if (getrlimit(limit->resource, &now)) return 1;
    rlim_t wanted = unlimited ? RLIM_INFINITY : value * limit->unit;
    if (soft) now.rlim_cur = wanted;
    if (hard) now.rlim_max = wanted;
    if (!setrlimit(limit->resource, &now)) return 0;
    warn_errno("ulimit");
    return 1;
}

static int do_ulimit(int argc, char** argv) {
    const struct Limit* limit = &limits[1];
    bool soft = false, hard = false, all = false;
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        for (const char* letter = argv[at] + 1; *letter; letter++) {
            int i = 0;
            while (i < LIMITS && limits[i].letter != *letter) i++;
            if (i < LIMITS) {
                limit = &limits[i];
            } else if (*letter == 'H' || *letter == 'S' || *letter == 'a') {
                *(*letter == 'H' ? &hard : *letter == 'S' ? &soft : &all) = true;
            } else {
                warn_text("usage: ulimit [-HSa] [-cdflmnpstv] [NUMBER|unlimited]");
                return 2;
            }
        }
    }
    for (int i = 0; all && i < LIMITS; i++) {
        printf("%-26s ", limits[i].what);
        print_limit(&limits[i], hard);
    }
    if (all) return 0;
    if (at < argc) return set_limit(limit, soft || !hard, hard || !soft, argv[at]);
    print_limit(limit, hard);
    return 0;
}

const struct Builtin option_builtins[] = {
    {"getopts", do_getopts, false},
    {"ulimit", do_ulimit, false},
    {NULL, NULL, false},
};
