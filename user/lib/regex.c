// Regular expressions: a parser to a list of nodes, and a matcher that walks it, most first.
#include "user/lib/regex.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

enum Kind { SET, BEGIN, END, WORD_BEGIN, WORD_END, GROUP, BACK };

struct Piece {
    enum Kind kind;
    unsigned char set[32]; // a bit for each byte that matches
    int number;            // of a group or a back-reference
    int low, high;         // how often
    struct Branch* branches;
    struct Piece* next;
};

struct Branch {
    struct Piece* first;
    struct Branch* next;
};

struct Regex {
    struct Branch* branches;
    int flags, groups;
};

struct Compiler {
    struct Regex* regex;
    const char *pattern, *at;
    int depth;
};

static struct Branch* parse_branches(struct Compiler* compiler);

static _Noreturn void bad(const struct Compiler* compiler, const char* why) {
    die_text("%s: %s", compiler->pattern, why);
}

static bool has(const unsigned char* set, unsigned char c) { return set[c / 8] >> (c % 8) & 1; }

static void add(const struct Compiler* compiler, unsigned char* set, int c) {
    set[c / 8] |= (unsigned char)(1 << (c % 8));
    if (!(compiler->regex->flags & REGEX_IGNORE_CASE)) return;
    int other = islower(c) ? toupper(c) : tolower(c);
    set[other / 8] |= (unsigned char)(1 << (other % 8));
}

static void add_class(const struct Compiler* compiler, unsigned char* set, const char* name,
                      size_t length) {
    char* whole = copy_bytes(name, length);
    wctype_t class = wctype(whole);
    free(whole);
    if (!class) bad(compiler, "no such character class");
    for (int c = 1; c < 128; c++) {
        if (iswctype((wint_t)c, class)) add(compiler, set, c);
    }
}

static void parse_set(struct Compiler* compiler, unsigned char* set) {
    const char* at = compiler->at;
    bool negated = *at == '^';
    if (negated) at++;
    for (bool first = true; first || *at != ']'; first = false) {
        if (!*at) bad(compiler, "[ without ]");
        if (at[0] == '[' && at[1] == ':') {
            const char* end = strstr(at, ":]");
            if (!end) bad(compiler, "[: without :]");
            add_class(compiler, set, at + 2, (size_t)(end - at - 2));
            at = end + 2;
            continue;
        }
        unsigned char low = (unsigned char)*at++, high = low;
        if (at[0] == '-' && at[1] && at[1] != ']') {
            high = (unsigned char)at[1];
            at += 2;
        }
        if (high < low) bad(compiler, "range out of order");
        for (int c = low; c <= high; c++) add(compiler, set, c);
    }
    compiler->at = at + 1;
    for (int i = 0; negated && i < 32; i++) set[i] = (unsigned char)~set[i];
}

// True, and taken, if an operator that the extended syntax writes bare and the basic one behind a
// backslash is next.
static bool take(struct Compiler* compiler, char c) {
    bool extended = compiler->regex->flags & REGEX_EXTENDED;
    if (compiler->regex->flags & REGEX_FIXED) return false;
    if (extended ? compiler->at[0] != c : compiler->at[0] != '\\' || compiler->at[1] != c)
        return false;
    compiler->at += extended ? 1 : 2;
    return true;
}

static bool at_end(struct Compiler* compiler) {
    const char* before = compiler->at;
    bool ends = !*before || take(compiler, '|') || (compiler->depth && take(compiler, ')'));
    compiler->at = before;
    return ends;
}

static void parse_escape(struct Compiler* compiler, struct Piece* piece) {
    char c = *compiler->at;
    if (!c) bad(compiler, "trailing backslash");
    compiler->at++;
    if (c >= '1' && c <= '9') {
        piece->kind = BACK;
        piece->number = c - '0';
        if (piece->number > compiler->regex->groups) bad(compiler, "no such group");
    } else if (c == 'w' || c == 'W' || c == 's' || c == 'S') {
        bool word = tolower(c) == 'w';
        for (int i = 1; i < 256; i++) {
            if (word ? isalnum(i) || i == '_' : isspace(i)) add(compiler, piece->set, i);
        }
        for (int i = 0; isupper((unsigned char)c) && i < 32; i++) {
            piece->set[i] = (unsigned char)~piece->set[i];
        }
    } else if (c == '<' || c == '>') {
        piece->kind = c == '<' ? WORD_BEGIN : WORD_END;
    } else {
        add(compiler, piece->set, c == 'n' ? '\n' : c == 't' ? '\t' : (unsigned char)c);
    }
}

static struct Piece* parse_atom(struct Compiler* compiler, bool first) {
    struct Piece* piece = allocate(sizeof *piece);
    int flags = compiler->regex->flags;
    piece->low = piece->high = 1;
    if (take(compiler, '(')) {
        piece->kind = GROUP;
        piece->number = ++compiler->regex->groups;
        compiler->depth++;
        piece->branches = parse_branches(compiler);
        compiler->depth--;
        if (!take(compiler, ')')) bad(compiler, "( without )");
        return piece;
    }
    char c = *compiler->at++;
    bool extended = flags & REGEX_EXTENDED;
    if (flags & REGEX_FIXED) {
        add(compiler, piece->set, (unsigned char)c);
    } else if (c == '.') {
        memset(piece->set, 255, sizeof piece->set);
    } else if (c == '[') {
        parse_set(compiler, piece->set);
    } else if (c == '^' && (extended || first)) {
        piece->kind = BEGIN;
    } else if (c == '$' && (extended || at_end(compiler))) {
        piece->kind = END;
    } else if (c == '\\') {
        parse_escape(compiler, piece);
    } else {
        add(compiler, piece->set, (unsigned char)c);
    }
    return piece;
}

static void parse_interval(struct Compiler* compiler, struct Piece* piece) {
    char* end;
    piece->low = piece->high = (int)strtol(compiler->at, &end, 10);
    if (*end == ',') {
        const char* text = end + 1;
        piece->high = (int)strtol(text, &end, 10);
        if (end == text) piece->high = INT_MAX;
    }
    compiler->at = end;
    if (!take(compiler, '}') || piece->low < 0 || piece->high < piece->low)
        bad(compiler, "bad interval");
}

static void parse_repeats(struct Compiler* compiler, struct Piece* piece) {
    for (;;) {
        if (*compiler->at == '*' && !(compiler->regex->flags & REGEX_FIXED)) {
            compiler->at++;
            piece->low = 0;
            piece->high = INT_MAX;
        } else if (take(compiler, '+')) {
            piece->high = INT_MAX;
        } else if (take(compiler, '?')) {
            piece->low = 0;
        } else if (take(compiler, '{')) {
            parse_interval(compiler, piece);
        } else {
            return;
        }
    }
}

static struct Branch* parse_branches(struct Compiler* compiler) {
    struct Branch *first = NULL, **tail = &first;
    do {
        struct Branch* branch = *tail = allocate(sizeof *branch);
        tail = &branch->next;
        struct Piece** piece = &branch->first;
        bool at_start = true;
        while (!at_end(compiler)) {
            *piece = parse_atom(compiler, at_start);
            at_start = false;
            if ((*piece)->kind != BEGIN)
                parse_repeats(compiler, *piece);
            else
                at_start = true; // "^*": the star is a plain character
            piece = &(*piece)->next;
        }
    } while (take(compiler, '|'));
    return first;
}

struct Regex* regex_compile(const char* pattern, int flags) {
    struct Regex* regex = allocate(sizeof *regex);
    struct Compiler compiler = {regex, pattern, pattern, 0};
    regex->flags = flags;
    regex->branches = parse_branches(&compiler);
    if (*compiler.at) bad(&compiler, ") without (");
    return regex;
}

// --- matching ---

struct Matcher {
    const char* line;
    struct Span* span;
    bool ignore_case;
    const char* end;
};

// What is to match behind a group's inside: the group once more, or what follows it.
struct Rest {
    const struct Piece* piece;
    int count;
    const char* start;
    const struct Rest* outer;
};

static bool match(struct Matcher* matcher, const struct Piece* piece, const char* at,
                  const struct Rest* rest);

static bool is_word(int c) { return isalnum(c) || c == '_'; }

static bool match_group(struct Matcher* matcher, const struct Piece* piece, int count,
                        const char* at, const struct Rest* outer) {
    if (count < piece->high) {
        struct Rest rest = {piece, count + 1, at, outer};
        for (const struct Branch* branch = piece->branches; branch; branch = branch->next) {
            if (match(matcher, branch->first, at, &rest)) return true;
        }
    }
    return count >= piece->low && match(matcher, piece->next, at, outer);
}

static bool match_rest(struct Matcher* matcher, const char* at, const struct Rest* rest) {
    if (!rest) {
        matcher->end = at;
        return true;
    }
    const struct Piece* piece = rest->piece;
    struct Span saved = {0};
    bool kept = piece->number < REGEX_GROUPS;
    if (kept) {
        saved = matcher->span[piece->number];
        matcher->span[piece->number] = (struct Span){rest->start, at};
    }
    // A round that took nothing isn't tried again: it would never end.
    bool found = at == rest->start && rest->count >= piece->low
                     ? match(matcher, piece->next, at, rest->outer)
                     : match_group(matcher, piece, rest->count, at, rest->outer);
    if (!found && kept) matcher->span[piece->number] = saved;
    return found;
}

static size_t back_length(struct Matcher* matcher, const struct Piece* piece, const char* at) {
    struct Span span = matcher->span[piece->number];
    size_t length = span.start ? (size_t)(span.end - span.start) : 0;
    return span.start && !strncmp(at, span.start, length) ? length : SIZE_MAX;
}

static bool match(struct Matcher* matcher, const struct Piece* piece, const char* at,
                  const struct Rest* rest) {
    if (!piece) return match_rest(matcher, at, rest);
    bool before = at > matcher->line && is_word((unsigned char)at[-1]);
    bool behind = is_word((unsigned char)*at);
    switch (piece->kind) {
    case BEGIN:
        return at == matcher->line && match(matcher, piece->next, at, rest);
    case END:
        return !*at && match(matcher, piece->next, at, rest);
    case WORD_BEGIN:
        return !before && behind && match(matcher, piece->next, at, rest);
    case WORD_END:
        return before && !behind && match(matcher, piece->next, at, rest);
    case GROUP:
        return match_group(matcher, piece, 0, at, rest);
    case BACK: {
        size_t length = back_length(matcher, piece, at);
        for (int i = 0; length != SIZE_MAX && i < piece->low; i++, at += length) {
            if (back_length(matcher, piece, at) != length) return false;
        }
        return length != SIZE_MAX && match(matcher, piece->next, at, rest);
    }
    case SET:
        break;
    }
    int count = 0;
    while (count < piece->high && at[count] && has(piece->set, (unsigned char)at[count])) count++;
    for (; count >= piece->low; count--) {
        if (match(matcher, piece->next, at + count, rest)) return true;
    }
    return false;
}

bool regex_match(const struct Regex* regex, const char* line, const char* from,
                 struct Span span[REGEX_GROUPS]) {
    struct Matcher matcher = {line, span, regex->flags & REGEX_IGNORE_CASE, NULL};
    for (const char* at = from;; at++) {
        const char* longest = NULL;
        struct Span best[REGEX_GROUPS];
        for (const struct Branch* branch = regex->branches; branch; branch = branch->next) {
            memset(span, 0, REGEX_GROUPS * sizeof *span);
            if (!match(&matcher, branch->first, at, NULL)) continue;
            if (longest && matcher.end <= longest) continue;
            longest = matcher.end;
            memcpy(best, span, sizeof best);
        }
        if (longest) {
            memcpy(span, best, sizeof best);
            span[0] = (struct Span){at, longest};
            return true;
        }
        if (!*at) return false;
    }
}
