// Options of the command line (getopt(3)). As with GNU's, options may follow other arguments, which
// move to the end; a leading '+' in the option string, or POSIXLY_CORRECT, forbids it. With a
// leading '-' they stay, and count as arguments of an option whose letter is 1.
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char* optarg;
int optind = 1, opterr = 1, optopt;
static int inside;             // position within a group of short options
static int others, others_end; // arguments [others, others_end) were passed over

static void complain(char* const argv[], const char* text, int letter) {
    if (opterr) fprintf(stderr, "%s: %s -- '%c'\n", argv[0], text, letter);
}

static void reverse(char** from, char** to) {
    for (; from < --to; from++) {
        char* swapped = *from;
        *from = *to;
        *to = swapped;
    }
}

// Puts the options [others_end, optind) before the arguments that were passed over.
static void move_others(char** argv) {
    reverse(argv + others, argv + others_end);
    reverse(argv + others_end, argv + optind);
    reverse(argv + others, argv + optind);
    others += optind - others_end;
    others_end = optind;
}

static int short_option(int argc, char* const argv[], const char* options) {
    char* group = argv[optind];
    int letter = (unsigned char)group[inside++];
    const char* known = letter == ':' ? 0 : strchr(options, letter);
    int last = !group[inside], silent = options[0] == ':';
    if (known && known[1] == ':') {
        optarg = last ? 0 : group + inside;
        optind++;
        inside = 0;
        if (!optarg && known[2] != ':') {
            if (optind < argc) {
                optarg = argv[optind++];
            } else {
                optopt = letter;
                if (silent) return ':';
                complain(argv, "option requires an argument", letter);
                return '?';
            }
        }
        return letter;
    }
    if (last) {
        optind++;
        inside = 0;
    }
    if (known) return letter;
    optopt = letter;
    if (!silent) complain(argv, "invalid option", letter);
    return '?';
}

static int same(const struct option* one, const struct option* other) {
    return one->has_arg == other->has_arg && one->flag == other->flag && one->val == other->val;
}

// The option that `text` names, whole or by a beginning that no other has. −1: none, −2: several.
static int find_long(const char* text, size_t length, const struct option* list) {
    int found = -1, first = 0;
    for (int i = 0; list[i].name; i++) {
        if (strncmp(list[i].name, text, length)) continue;
        if (!list[i].name[length]) return i;
        if (found == -1)
            found = first = i;
        else if (!same(&list[first], &list[i]))
            found = -2;
    }
    return found;
}

// What is wrong with the long option `text`, which is list[at] (or find_long's −1, −2).
static void complain_long(char* const argv[], const struct option* list, int at, const char* dashes,
                          const char* text, const char* wrong) {
    if (!opterr) return;
    if (at >= 0) {
        fprintf(stderr, "%s: option '%s%s' %s an argument\n", argv[0], dashes, list[at].name,
                wrong);
        return;
    }
    if (at == -1) {
        fprintf(stderr, "%s: unrecognized option '%s%s'\n", argv[0], dashes, text);
        return;
    }
    fprintf(stderr, "%s: option '%s%s' is ambiguous; possibilities:", argv[0], dashes, text);
    for (int i = 0; list[i].name; i++)
        if (!strncmp(list[i].name, text, strcspn(text, "=")))
            fprintf(stderr, " '%s%s'", dashes, list[i].name);
    fprintf(stderr, "\n");
}

static int long_option(int argc, char* const argv[], const char* options, const struct option* list,
                       int* index, const char* dashes) {
    int silent = options[0] == ':';
    const char* text = argv[optind++] + strlen(dashes);
    size_t length = strcspn(text, "=");
    int at = find_long(text, length, list);
    optopt = 0;
    if (at < 0) {
        if (!silent) complain_long(argv, list, at, dashes, text, "");
        return '?';
    }
    const struct option* option = &list[at];
    if (text[length] && option->has_arg == no_argument) {
        optopt = option->val;
        if (!silent) complain_long(argv, list, at, dashes, text, "doesn't allow");
        return '?';
    }
    optarg = text[length] ? (char*)text + length + 1 : 0;
    if (!optarg && option->has_arg == required_argument) {
        if (optind >= argc) {
            optopt = option->val;
            if (silent) return ':';
            complain_long(argv, list, at, dashes, text, "requires");
            return '?';
        }
        optarg = argv[optind++];
    }
    if (index) *index = at;
    if (!option->flag) return option->val;
    *option->flag = option->val;
    return 0;
}

static int is_option(const char* argument) { return argument[0] == '-' && argument[1]; }

// Moves optind to the next option. 0: there is none, and optind is at the first argument that
// isn't.
static int find_option(int argc, char** argv, int in_order) {
    if (others != others_end && others_end != optind)
        move_others(argv);
    else if (others_end != optind)
        others = optind;
    while (optind < argc && !in_order && !is_option(argv[optind])) optind++;
    others_end = optind;
    if (optind < argc && is_option(argv[optind]) && strcmp(argv[optind], "--")) return 1;
    if (optind < argc && is_option(argv[optind])) { // "--"
        optind++;
        if (others != others_end)
            move_others(argv);
        else
            others = optind;
        optind = others;
        return 0;
    }
    if (others != others_end) optind = others;
    return 0;
}

static int next_option(int argc, char* const argv[], const char* options, const struct option* list,
                       int* index, int one_dash) {
    if (optind == 0) optind = 1, inside = 0;
    if (optind == 1 && inside == 0) others = others_end = 1;
    optarg = 0;
    int return_others = *options == '-';
    int in_order = *options == '+' || return_others || getenv("POSIXLY_CORRECT");
    if (*options == '+' || *options == '-') options++;
    if (inside) return short_option(argc, argv, options);
    if (return_others && optind < argc && !is_option(argv[optind])) {
        optarg = argv[optind++];
        return 1;
    }
    if (!find_option(argc, (char**)argv, in_order)) return -1;
    const char* text = argv[optind];
    if (list && text[1] == '-') return long_option(argc, argv, options, list, index, "--");
    if (list && one_dash && (text[2] || !strchr(options, text[1])) &&
        find_long(text + 1, strcspn(text + 1, "="), list) >= 0)
        return long_option(argc, argv, options, list, index, "-");
    inside = 1;
    return short_option(argc, argv, options);
}

int getopt(int argc, char* const argv[], const char* options) {
    return next_option(argc, argv, options, 0, 0, 0);
}

int getopt_long(int argc, char* const argv[], const char* options, const struct option* list,
                int* index) {
    return next_option(argc, argv, options, list, index, 0);
}

int getopt_long_only(int argc, char* const argv[], const char* options, const struct option* list,
                     int* index) {
    return next_option(argc, argv, options, list, index, 1);
}
