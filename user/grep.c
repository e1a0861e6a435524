// Prints the lines that match a pattern.
#include "user/lib/regex.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct Regex* patterns[64];
static int pattern_count;
static bool inverted, numbered, counted, named_only, recursive, quiet, silent, only, word,
    whole_line;
static int titled = -1; // not said: if there are several files
static bool any;

static bool is_word_character(char c) {
    return c == '_' ||
           (c && strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", c));
}

static bool accept(const char* line, const struct Span* span) {
    if (whole_line) return span->start == line && !*span->end;
    if (!word) return true;
    bool inside = span->start > line && is_word_character(span->start[-1]);
    return !inside && !is_word_character(*span->end);
}

static bool find(const char* line, const char* from, struct Span* out) {
    bool found = false;
    for (int i = 0; i < pattern_count; i++) {
        struct Span span[REGEX_GROUPS];
        for (const char* at = from; regex_match(patterns[i], line, at, span);
             at = span[0].start + 1) {
            if (accept(line, span) && (!found || span[0].start < out->start)) {
                *out = span[0];
                found = true;
                break;
            }
            if (!*span[0].start) break;
        }
    }
    return found;
}

static void print_line(const char* path, unsigned number, const char* line, struct Span span) {
    do {
        if (titled > 0) printf("%s:", path);
        if (numbered) printf("%u:", number);
        if (only)
            printf("%.*s\n", (int)(span.end - span.start), span.start);
        else
            puts(line);
    } while (only && *span.end && find(line, span.end + (span.end == span.start), &span));
}

static int search(const char* path) {
    FILE* file = strcmp(path, "-") ? fopen(path, "r") : stdin;
    if (!file) {
        if (!silent) warn_errno(path);
        return 2;
    }
    unsigned number = 0, count = 0;
    char* line;
    while ((line = read_line(file, NULL, NULL))) {
        struct Span span = {line, line};
        number++;
        if (find(line, line, &span) != inverted) {
            count++;
            any = true;
            if (quiet) exit(0);
            if (!counted && !named_only && !(only && inverted))
                print_line(path, number, line, span);
        }
        free(line);
        if (count && named_only) break;
    }
    if (file != stdin) fclose(file);
    if (counted && titled > 0) printf("%s:", path);
    if (counted) printf("%u\n", count);
    if (named_only && count) puts(path);
    return 0;
}

static int descend(const char* path) {
    struct stat info;
    struct Names names;
    if (!recursive || stat(path, &info) || !S_ISDIR(info.st_mode)) return search(path);
    if (list_directory(path, false, &names)) return search(path);
    int status = 0;
    for (size_t i = 0; i < names.count; i++) {
        char* inner = join_path(path, names.name[i]);
        struct stat link;
        bool follow = !lstat(inner, &link) && (S_ISREG(link.st_mode) || S_ISDIR(link.st_mode));
        if (follow) status |= descend(inner);
        free(inner);
    }
    names_free(&names);
    return status;
}

static void add_patterns(char* text, int flags) {
    for (char* line = text; line;) {
        char* newline = strchr(line, '\n');
        if (newline) *newline = 0;
        if (pattern_count == 64) die_text("too many patterns");
        patterns[pattern_count++] = regex_compile(line, flags);
        line = newline ? newline + 1 : NULL;
    }
}

// The regular expressions' flags.
static int read_options(int argc, char** argv, struct Names* given) {
    int letter, flags = 0;
    while ((letter = option(argc, argv, "EFGivnclrRqshHowxe:"))) {
        switch (letter) {
        case 'E':
            flags |= REGEX_EXTENDED;
            break;
        case 'F':
            flags |= REGEX_FIXED;
            break;
        case 'i':
            flags |= REGEX_IGNORE_CASE;
            break;
        case 'v':
            inverted = true;
            break;
        case 'n':
            numbered = true;
            break;
        case 'c':
            counted = true;
            break;
        case 'l':
            named_only = true;
            break;
        case 'r':
        case 'R':
            recursive = true;
            break;
        case 'q':
            quiet = true;
            break;
        case 's':
            silent = true;
            break;
        case 'h':
            titled = 0;
            break;
        case 'H':
            titled = 1;
            break;
        case 'o':
            only = true;
            break;
        case 'w':
            word = true;
            break;
        case 'x':
            whole_line = true;
            break;
        case 'e':
            names_add(given, option_value);
            break;
        default:
            break;
        }
    }
    return flags;
}

int main(int argc, char** argv) {
    begin(argv, "grep [-EFivncloqshHrwx] [-e PATTERN | PATTERN] [FILE...]\n");
    struct Names given = {0};
    int flags = read_options(argc, argv, &given);
    if (!given.count) {
        if (option_index >= argc) die_usage();
        names_add(&given, argv[option_index++]);
    }
    for (size_t i = 0; i < given.count; i++) add_patterns(given.name[i], flags);
    if (titled < 0) titled = argc - option_index > 1 || recursive;
    char* here[] = {"grep", "."};
    bool tree = recursive && option_index >= argc;
    if (tree) option_index = 1;
    int status = tree ? for_operands(2, here, descend) : for_operands(argc, argv, descend);
    return status ? status : !any;
}
