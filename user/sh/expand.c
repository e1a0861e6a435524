// Words to fields: quotes, substitutions, splitting by IFS, file names. Every byte of the result
// remembers where it came from, so that splitting and globbing touch only what they may.
#include "user/sh/sh.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void expansion_error(const char* what, const char* why) {
    warn_text("%s: %s", what, why);
    if (!shell.interactive) shell_exit(2);
    shell.failed = true;
}

void expansion_put(struct Expansion* out, const char* text, size_t length, char kind) {
    buffer_add(&out->text, text, length);
    for (size_t i = 0; i < length; i++) buffer_put(&out->kind, kind);
}

static void expansion_free(struct Expansion* out) {
    free(out->text.data);
    free(out->kind.data);
}

static size_t expand_backquote(struct Expansion* out, const char* text, size_t at, size_t length,
                               bool quoted) {
    struct Buffer command = {0};
    for (at++; at < length && text[at] != '`'; at++) {
        if (text[at] == '\\' && at + 1 < length &&
            strchr(quoted ? "$`\\\"" : "$`\\", text[at + 1])) {
            at++;
        }
        buffer_put(&command, text[at]);
    }
    char* result = command_output(command.data ? command.data : "", command.length);
    expansion_put(out, result, strlen(result), quoted ? KIND_QUOTED : KIND_SPLIT);
    free(result);
    free(command.data);
    return at + 1;
}

// The inside of double quotes; in a here-document (`here`) a double quote is a plain character.
static void expand_double(struct Expansion* out, const char* text, size_t length, bool here) {
    size_t start = out->text.length;
    bool arguments = false;
    for (size_t at = 0; at < length;) {
        char c = text[at];
        if (c == '\\' && at + 1 < length && strchr(here ? "$`\\\n" : "$`\\\"\n", text[at + 1])) {
            if (text[at + 1] != '\n') expansion_put(out, text + at + 1, 1, KIND_QUOTED);
            at += 2;
        } else if (c == '$') {
            if (text[at + 1] == '@') arguments = true;
            at = expand_dollar(out, text, at, length, true);
        } else if (c == '`') {
            at = expand_backquote(out, text, at, length, true);
        } else if (c == '"' && !here) { // of "${x-"word"}": it quotes what is quoted already
            at++;
        } else {
            expansion_put(out, text + at++, 1, KIND_QUOTED);
        }
    }
    // "" is a field, "$@" without arguments is none.
    if (out->text.length > start || !arguments) expansion_put(out, "", 1, KIND_EMPTY);
}

static size_t expand_tilde(struct Expansion* out, const char* text, size_t at, size_t length) {
    size_t end = at + 1;
    while (end < length && text[end] != '/' && text[end] != ':') end++;
    const char* home = end == at + 1 ? variable("HOME") : NULL;
    if (!home) return at;
    expansion_put(out, home, strlen(home), KIND_QUOTED);
    return end;
}

void expand_into(struct Expansion* out, const char* text, size_t length, bool quoted,
                 bool assigned) {
    if (quoted) {
        expand_double(out, text, length, false);
        return;
    }
    bool tilde = true;
    for (size_t at = 0; at < length;) {
        char c = text[at];
        bool may = tilde;
        tilde = assigned && (c == '=' || c == ':');
        if (c == '~' && may) {
            size_t end = expand_tilde(out, text, at, length);
            if (end != at) {
                at = end;
                continue;
            }
        }
        size_t end = c == '\'' || c == '"' ? skip_quoted(text, at, length) : at + 1;
        if (!end) end = length;
        if (c == '\\') {
            if (at + 1 < length && text[at + 1] != '\n') {
                expansion_put(out, text + at + 1, 1, KIND_QUOTED);
            }
            at += 2;
        } else if (c == '\'') {
            expansion_put(out, text + at + 1, end - at - 2, KIND_QUOTED);
            expansion_put(out, "", 1, KIND_EMPTY);
            at = end;
        } else if (c == '"') {
            expand_double(out, text + at + 1, end - at - 2, false);
            at = end;
        } else if (c == '$') {
            at = expand_dollar(out, text, at, length, false);
        } else if (c == '`') {
            at = expand_backquote(out, text, at, length, false);
        } else {
            expansion_put(out, text + at++, 1, KIND_LITERAL);
        }
    }
}

// The bytes as one text; with `pattern`, quoted special characters come out behind a backslash.
static char* flatten(const struct Expansion* from, size_t start, size_t end, bool pattern) {
    char* out = arena_take(&shell.scratch, (end - start) * 2 + 1);
    size_t length = 0;
    for (size_t i = start; i < end; i++) {
        char kind = from->kind.data[i], c = from->text.data[i];
        if (kind == KIND_EMPTY) continue;
        if (kind == KIND_BREAK) c = ' ';
        if (pattern && (c == '\\' || (kind == KIND_QUOTED && strchr("*?[]-!^", c)))) {
            out[length++] = '\\';
        }
        out[length++] = c;
    }
    return out;
}

static char* expand_flat(const char* word, bool pattern) {
    struct Expansion expansion = {0};
    expand_into(&expansion, word, strlen(word), false, !pattern);
    char* out = flatten(&expansion, 0, expansion.text.length, pattern);
    expansion_free(&expansion);
    return out;
}

char* expand_one(const char* word) { return expand_flat(word, false); }
char* expand_pattern(const char* word) { return expand_flat(word, true); }

char* expand_here(const char* body) {
    struct Expansion expansion = {0};
    expand_double(&expansion, body, strlen(body), true);
    char* out = flatten(&expansion, 0, expansion.text.length, false);
    expansion_free(&expansion);
    return out;
}

static void emit(struct Names* fields, const struct Expansion* from, size_t start, size_t end) {
    bool special = false;
    for (size_t i = start; i < end; i++) {
        char kind = from->kind.data[i];
        if ((kind == KIND_LITERAL || kind == KIND_SPLIT) && strchr("*?[", from->text.data[i])) {
            special = true;
        }
    }
    if (special && !shell.no_glob && glob_fields(flatten(from, start, end, true), fields)) return;
    names_add(fields, copy_text(flatten(from, start, end, false)));
}

// Field splitting (POSIX XCU 2.6.5): white space of IFS separates, any other byte of IFS ends.
static void split(struct Names* fields, const struct Expansion* from) {
    const char* separators = variable("IFS");
    if (!separators) separators = " \t\n";
    size_t start = 0, length = from->text.length;
    bool open = false, white_ended = false;
    for (size_t i = 0; i < length; i++) {
        char kind = from->kind.data[i], c = from->text.data[i];
        bool separates = kind == KIND_SPLIT && c && strchr(separators, c);
        if (!separates && kind != KIND_BREAK) {
            if (!open) start = i;
            open = true;
            white_ended = false;
            continue;
        }
        bool white = kind == KIND_BREAK || isspace((unsigned char)c);
        if (open) {
            emit(fields, from, start, i);
            white_ended = white;
        } else if (!white) {
            if (!white_ended) names_add(fields, copy_text(""));
            white_ended = false;
        }
        open = false;
    }
    if (open) emit(fields, from, start, length);
}

struct Fields expand_words(struct Word* words) {
    struct Names names = {0};
    for (; words && !shell.failed; words = words->next) {
        struct Expansion expansion = {0};
        expand_into(&expansion, words->text, strlen(words->text), false, false);
        split(&names, &expansion);
        expansion_free(&expansion);
    }
    struct Fields fields = {arena_take(&shell.scratch, (names.count + 1) * sizeof(char*)),
                            (int)names.count};
    for (size_t i = 0; i < names.count; i++) {
        fields.field[i] = arena_text(&shell.scratch, names.name[i], strlen(names.name[i]));
    }
    names_free(&names);
    return fields;
}
