// Characters to tokens. A word keeps its quotes: what they mean is the expansion's affair.
#include "user/sh/sh.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static size_t skip_until(const char* text, size_t at, size_t length, char open, char close) {
    for (int depth = 1; at < length; at++) {
        if (text[at] == close && --depth == 0) return at + 1;
        if (text[at] == open) depth++;
        if (strchr("\\'\"`$", text[at])) {
            size_t behind = skip_quoted(text, at, length);
            if (!behind) return 0;
            at = behind - 1;
        }
    }
    return 0;
}

// Whether a command may begin behind this token: then "case" and "esac" are reserved words there.
static bool begins_command(const struct Token* token) {
    static const char* const words[] = {"if",    "then", "else", "elif", "while",
                                        "until", "do",   "{",    "!"};
    if (token->kind != TOKEN_WORD) return token->kind != TOKEN_REDIRECT;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (!strcmp(token->text, words[i])) return true;
    return false;
}

// The place behind the ) that closes a command substitution, or 0 if it isn't there. The ) behind a
// case's pattern closes nothing: at the level of its `case` there is no ( that it belongs to.
static size_t skip_commands(const char* text, size_t at, size_t length) {
    enum { DEEPEST = 64 };
    struct Source source = {.fd = -1};
    struct Arena arena = {0};
    size_t behind = 0;
    int level = 0, cases = 0, level_of_case[DEEPEST];
    bool command = true, word_behind_case = false;
    buffer_add(&source.text, text + at, length - at);
    while (!behind) {
        struct Token token = next_token(&source, &arena);
        if (token.kind == TOKEN_END || token.kind == TOKEN_ERROR) break;
        bool in_case = cases && level_of_case[cases - 1] == level;
        if (token.kind == TOKEN_OPEN) level++;
        if (token.kind == TOKEN_CLOSE && !in_case && level-- == 0) behind = at + token.end;
        if (token.kind == TOKEN_WORD && command && !strcmp(token.text, "case") && cases < DEEPEST)
            level_of_case[cases++] = level, word_behind_case = true;
        if (token.kind == TOKEN_WORD && command && !strcmp(token.text, "esac") && in_case) cases--;
        // `esac` may stand right behind `in`, too.
        command = begins_command(&token) ||
                  (word_behind_case && token.kind == TOKEN_WORD && !strcmp(token.text, "in"));
        if (command && token.kind == TOKEN_WORD) word_behind_case = false;
    }
    arena_free(&arena);
    free(source.text.data);
    return behind;
}

// Inside double quotes a single quote is a plain character.
static size_t skip_double(const char* text, size_t at, size_t length) {
    while (at < length && text[at] != '"') {
        if (strchr("\\`$", text[at])) {
            at = skip_quoted(text, at, length);
            if (!at) return 0;
        } else {
            at++;
        }
    }
    return at < length ? at + 1 : 0;
}

size_t skip_quoted(const char* text, size_t at, size_t length) {
    const char* end;
    switch (text[at]) {
    case '\\':
        return at + 2 <= length ? at + 2 : 0;
    case '\'':
        end = memchr(text + at + 1, '\'', length - at - 1);
        return end ? (size_t)(end - text) + 1 : 0;
    case '"':
        return skip_double(text, at + 1, length);
    case '`':
        for (at++; at < length && text[at] != '`'; at++) {
            if (text[at] == '\\') at++;
        }
        return at < length ? at + 1 : 0;
    case '$':
        if (at + 2 < length && text[at + 1] == '(' && text[at + 2] == '(') // arithmetic
            return skip_until(text, at + 2, length, '(', ')');
        if (at + 1 < length && text[at + 1] == '(') return skip_commands(text, at + 2, length);
        if (at + 1 < length && text[at + 1] == '{')
            return skip_until(text, at + 2, length, '{', '}');
        return at + 1;
    default:
        return at + 1;
    }
}

static bool ends_word(int c) { return c < 0 || strchr(" \t\n;&|()<>", c); }

// Moves over a word; false if the source ends inside quotes.
static bool read_word(struct Source* source) {
    for (;;) {
        int c = source_peek(source);
        if (ends_word(c)) return true;
        if (!strchr("\\'\"`$", c)) {
            source_get(source);
            continue;
        }
        size_t behind;
        while (!(behind = skip_quoted(source->text.data, source->at, source->text.length))) {
            size_t at = source->at, had = source->text.length;
            source->at = had;
            bool more = source_peek(source) >= 0;
            source->at = at;
            if (!more) return false;
        }
        while (source->at < behind) source_get(source);
    }
}

static bool take(struct Source* source, int c) {
    if (source_peek(source) != c) return false;
    source_get(source);
    return true;
}

static void lex_redirect(struct Source* source, struct Token* token, int c) {
    token->kind = TOKEN_REDIRECT;
    if (token->fd < 0) token->fd = c == '<' ? 0 : 1;
    if (take(source, '&')) {
        token->redirect = REDIRECT_DUPLICATE;
    } else if (c == '<' && take(source, '<')) {
        token->redirect = REDIRECT_HERE;
        token->strip_tabs = take(source, '-');
    } else if (c == '<') {
        token->redirect = take(source, '>') ? REDIRECT_BOTH : REDIRECT_IN;
    } else {
        token->redirect = take(source, '>') ? REDIRECT_APPEND : REDIRECT_OUT;
        if (token->redirect == REDIRECT_OUT) take(source, '|');
    }
}

static void skip_blanks(struct Source* source) {
    for (;;) {
        int c = source_peek(source);
        if (c == ' ' || c == '\t' || c == '\r') {
            source_get(source);
        } else if (c == '\\' && source->at + 1 < source->text.length &&
                   source->text.data[source->at + 1] == '\n') {
            source_get(source);
            source_get(source);
        } else if (c == '#') {
            while ((c = source_peek(source)) >= 0 && c != '\n') source_get(source);
        } else {
            return;
        }
    }
}

static enum TokenKind operator_kind(struct Source* source, int c) {
    switch (c) {
    case '\n':
        return TOKEN_NEWLINE;
    case '&':
        return take(source, '&') ? TOKEN_AND : TOKEN_BACKGROUND;
    case '|':
        return take(source, '|') ? TOKEN_OR : TOKEN_PIPE;
    case ';':
        return take(source, ';') ? TOKEN_DOUBLE_SEMI : TOKEN_SEMI;
    case '(':
        return TOKEN_OPEN;
    default:
        return TOKEN_CLOSE;
    }
}

struct Token next_token(struct Source* source, struct Arena* arena) {
    struct Token token = {.kind = TOKEN_END, .fd = -1};
    skip_blanks(source);
    token.start = source->at;
    int c = source_peek(source);
    if (c < 0) {
        token.end = source->at;
        return token;
    }
    if (c != '<' && c != '>' && ends_word(c)) {
        source_get(source);
        token.kind = operator_kind(source, c);
    } else {
        if (c != '<' && c != '>' && !read_word(source)) {
            token.kind = TOKEN_ERROR;
            return token;
        }
        const char* word = source->text.data + token.start;
        size_t length = source->at - token.start;
        c = source_peek(source);
        bool redirects =
            (c == '<' || c == '>') && strspn(word, "0123456789") >= length && length < 4;
        if (redirects) {
            if (length) token.fd = atoi(word);
            lex_redirect(source, &token, source_get(source));
        } else {
            token.kind = TOKEN_WORD;
            token.text = arena_text(arena, word, length);
        }
    }
    token.end = source->at;
    return token;
}
