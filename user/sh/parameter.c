// What follows a dollar: parameters and their operators, $( ) and $(( )).
#include "user/sh/sh.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void put_arguments(struct Expansion* out, bool quoted, bool joined) {
    const char* separators = variable("IFS");
    char between = separators ? *separators : ' ';
    for (int i = 0; i < shell.arguments; i++) {
        if (i && quoted && joined) {
            if (between) expansion_put(out, &between, 1, KIND_QUOTED);
        } else if (i) {
            expansion_put(out, " ", 1, KIND_BREAK);
        }
        if (quoted) expansion_put(out, "", 1, KIND_EMPTY);
        const char* text = shell.argument[i];
        expansion_put(out, text, strlen(text), quoted ? KIND_QUOTED : KIND_SPLIT);
    }
}

static const char* option_letters(char* out) {
    char* at = out;
    if (shell.exit_on_error) *at++ = 'e';
    if (shell.no_glob) *at++ = 'f';
    if (shell.interactive) *at++ = 'i';
    if (shell.job_control) *at++ = 'm';
    if (shell.unset_error) *at++ = 'u';
    if (shell.trace) *at++ = 'x';
    *at = 0;
    return out;
}

// The value of a parameter by its name of `length` bytes; null if it is unset.
static const char* parameter_value(const char* name, size_t length, char numeric[32]) {
    if (isdigit((unsigned char)*name)) {
        int index = atoi(name);
        if (!index) return shell.name;
        return index <= shell.arguments ? shell.argument[index - 1] : NULL;
    }
    long long value;
    switch (length == 1 ? *name : 0) {
    case '?':
        value = shell.status;
        break;
    case '$':
        value = shell.process;
        break;
    case '#':
        value = shell.arguments;
        break;
    case '!':
        if (!shell.background) return NULL;
        value = shell.background;
        break;
    case '-':
        return option_letters(numeric);
    default: {
        char* text = arena_text(&shell.scratch, name, length);
        return variable(text);
    }
    }
    snprintf(numeric, 32, "%lld", value);
    return numeric;
}

static size_t name_length(const char* text, size_t length) {
    size_t end = 0;
    if (length && strchr("@*#?-$!", *text)) return 1;
    if (length && isdigit((unsigned char)*text)) {
        while (end < length && isdigit((unsigned char)text[end])) end++;
        return end;
    }
    while (end < length && (isalnum((unsigned char)text[end]) || text[end] == '_')) end++;
    return end;
}

static bool is_arguments(const char* name, size_t length) {
    return length == 1 && (*name == '@' || *name == '*');
}

static void put_value(struct Expansion* out, const char* name, size_t length, bool quoted) {
    char numeric[32];
    if (is_arguments(name, length)) {
        put_arguments(out, quoted, *name == '*');
        return;
    }
    const char* value = parameter_value(name, length, numeric);
    if (!value && shell.unset_error) {
        expansion_error(arena_text(&shell.scratch, name, length), "parameter not set");
    }
    if (value) expansion_put(out, value, strlen(value), quoted ? KIND_QUOTED : KIND_SPLIT);
}

// ${x#p} ${x##p} ${x%p} ${x%%p}: cuts the shortest or longest match off one end.
static void trim(struct Expansion* out, const char* value, const char* pattern, bool front,
                 bool longest, char kind) {
    size_t length = strlen(value), cut = 0;
    bool found = false;
    char* part = arena_take(&shell.scratch, length + 1);
    for (size_t i = 0; i <= length && !found; i++) {
        size_t try = longest ? length - i : i;
        if (front) {
            memcpy(part, value, try);
            part[try] = 0;
            found = wildcard(pattern, part);
        } else {
            found = wildcard(pattern, value + length - try);
        }
        if (found) cut = try;
    }
    expansion_put(out, front ? value + cut : value, length - cut, kind);
}

// The word behind an operator, as part of the result.
static void put_word(struct Expansion* out, const char* word, size_t length, bool quoted) {
    size_t start = out->kind.length;
    expand_into(out, word, length, quoted, false);
    for (size_t i = start; i < out->kind.length; i++) {
        if (out->kind.data[i] == KIND_LITERAL) out->kind.data[i] = KIND_SPLIT;
    }
}

// The inside of ${…}.
static void expand_braces(struct Expansion* out, const char* text, size_t length, bool quoted) {
    char numeric[32];
    if (length > 1 && *text == '#' && !strchr("}:-=?+%#", text[1])) {
        const char* value = parameter_value(text + 1, length - 1, numeric);
        size_t size = is_arguments(text + 1, length - 1) ? (size_t)shell.arguments
                      : value                            ? strlen(value)
                                                         : 0;
        if (!value && shell.unset_error && !is_arguments(text + 1, length - 1)) {
            expansion_error(arena_text(&shell.scratch, text + 1, length - 1), "parameter not set");
        }
        snprintf(numeric, sizeof numeric, "%u", (unsigned)size);
        expansion_put(out, numeric, strlen(numeric), quoted ? KIND_QUOTED : KIND_SPLIT);
        return;
    }
    size_t name = name_length(text, length), at = name;
    char* written = arena_text(&shell.scratch, text, length);
    if (!name) {
        expansion_error(written, "bad substitution");
        return;
    }
    if (at == length) {
        put_value(out, text, name, quoted);
        return;
    }
    bool colon = text[at] == ':';
    char operation = text[at += colon];
    if (++at > length || !strchr(colon ? "-=?+" : "-=?+%#", operation)) {
        expansion_error(written, "bad substitution");
        return;
    }
    char* value = (char*)parameter_value(text, name, numeric);
    bool present = is_arguments(text, name) ? shell.arguments > 0 : value && (!colon || *value);
    char* named = arena_text(&shell.scratch, text, name);
    if (operation == '%' || operation == '#') {
        bool longest = at < length && text[at] == operation;
        char* pattern = arena_text(&shell.scratch, text + at + longest, length - at - longest);
        trim(out, value ? value : "", expand_pattern(pattern), operation == '#', longest,
             quoted ? KIND_QUOTED : KIND_SPLIT);
    } else if (operation == '+') {
        if (present) put_word(out, text + at, length - at, quoted);
    } else if (present) {
        put_value(out, text, name, quoted);
    } else if (operation == '-') {
        put_word(out, text + at, length - at, quoted);
    } else if (operation == '=') {
        char* word = expand_one(arena_text(&shell.scratch, text + at, length - at));
        set_variable(named, word);
        expansion_put(out, word, strlen(word), quoted ? KIND_QUOTED : KIND_SPLIT);
    } else {
        char* word = expand_one(arena_text(&shell.scratch, text + at, length - at));
        expansion_error(named, *word ? word : "parameter not set");
    }
}

static void put_arithmetic(struct Expansion* out, const char* text, size_t length, bool quoted) {
    char numeric[32];
    char* expanded = expand_here(arena_text(&shell.scratch, text, length));
    snprintf(numeric, sizeof numeric, "%lld", arithmetic(expanded));
    expansion_put(out, numeric, strlen(numeric), quoted ? KIND_QUOTED : KIND_SPLIT);
}

size_t expand_dollar(struct Expansion* out, const char* text, size_t at, size_t length,
                     bool quoted) {
    size_t end = skip_quoted(text, at, length);
    if (!end) end = length;
    const char* inside = text + at + 2;
    char next = at + 1 < length ? text[at + 1] : 0;
    if (next == '(' && end - at > 4 && inside[0] == '(' && text[end - 2] == ')') {
        put_arithmetic(out, inside + 1, end - at - 5, quoted);
        return end;
    }
    if (next == '(') {
        char* result = command_output(inside, end - at - 3);
        expansion_put(out, result, strlen(result), quoted ? KIND_QUOTED : KIND_SPLIT);
        free(result);
        return end;
    }
    if (next == '{') {
        expand_braces(out, inside, end - at - 3, quoted);
        return end;
    }
    size_t name = next ? name_length(text + at + 1, length - at - 1) : 0;
    if (name && isdigit((unsigned char)next)) name = 1;
    if (name) {
        put_value(out, text + at + 1, name, quoted);
    } else {
        expansion_put(out, "$", 1, quoted ? KIND_QUOTED : KIND_LITERAL);
    }
    return at + 1 + name;
}
