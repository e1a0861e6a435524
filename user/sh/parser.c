// Tokens to a tree, by recursive descent over the standard's grammar (POSIX XCU 2.10).
#include "user/sh/sh.h"

#include <stdlib.h>
#include <string.h>

struct HerePending {
    struct Redirect* redirect;
    char* end;
    bool strip_tabs;
    struct HerePending* next;
};

struct Parser {
    struct Source* source;
    struct Arena* arena;
    struct Token token;
    bool have, failed, ended;
    size_t last_end;
    struct HerePending *here, **here_tail;
};

static struct Node* parse_list(struct Parser* parser, bool top);
static struct Node* parse_and_or(struct Parser* parser);

static void read_here_documents(struct Parser* parser);

static struct Token* peek(struct Parser* parser) {
    if (!parser->have) {
        parser->token = next_token(parser->source, parser->arena);
        parser->have = true;
        if (parser->token.kind == TOKEN_NEWLINE && parser->here) read_here_documents(parser);
    }
    return &parser->token;
}

static void advance(struct Parser* parser) {
    parser->last_end = peek(parser)->end;
    parser->have = false;
}

static void* fail(struct Parser* parser) {
    if (!parser->failed && !shell.interrupted) {
        struct Token* token = peek(parser);
        const char* near = token->kind == TOKEN_WORD ? token->text : NULL;
        if (token->kind == TOKEN_END || token->kind == TOKEN_ERROR) {
            warn_text("line %d: syntax error: unexpected end of file", parser->source->line + 1);
        } else if (near) {
            warn_text("line %d: syntax error near `%s'", parser->source->line + 1, near);
        } else {
            warn_text("line %d: syntax error near `%.*s'", parser->source->line + 1,
                      token->kind == TOKEN_NEWLINE ? 7 : (int)(token->end - token->start),
                      token->kind == TOKEN_NEWLINE ? "newline"
                                                   : parser->source->text.data + token->start);
        }
    }
    parser->failed = true;
    return NULL;
}

static struct Node* make(struct Parser* parser, enum NodeKind kind, struct Node* left,
                         struct Node* right) {
    struct Node* node = arena_take(parser->arena, sizeof *node);
    node->kind = kind;
    node->left = left;
    node->right = right;
    return node;
}

static bool is_word(struct Parser* parser, const char* text) {
    struct Token* token = peek(parser);
    return token->kind == TOKEN_WORD && !strcmp(token->text, text);
}

static bool is_one_of(struct Parser* parser, const char* const words[]) {
    while (*words && !is_word(parser, *words)) words++;
    return *words;
}

static bool take_word(struct Parser* parser, const char* text) {
    if (!is_word(parser, text)) return false;
    advance(parser);
    return true;
}

static bool expect_word(struct Parser* parser, const char* text) {
    if (parser->failed || !take_word(parser, text)) return fail(parser) != NULL;
    return true;
}

static void skip_newlines(struct Parser* parser) {
    while (peek(parser)->kind == TOKEN_NEWLINE) advance(parser);
}

static bool ends_list(struct Parser* parser) {
    static const char* const words[] = {"then", "else", "elif", "fi", "do",
                                        "done", "esac", "}",    NULL};
    enum TokenKind kind = peek(parser)->kind;
    return kind == TOKEN_CLOSE || kind == TOKEN_DOUBLE_SEMI || kind == TOKEN_END ||
           is_one_of(parser, words);
}

// Reads an alias's text in its place; `command`: a command may begin here. An alias isn't one in
// its own text.
static bool expand_alias(struct Parser* parser, bool command) {
    struct Source* source = parser->source;
    struct Token* token = peek(parser);
    for (; source->expanded && source->expanded->end < token->end; source_leave_alias(source))
        command |= source->expanded->blank_behind;
    const char* text = command && token->kind == TOKEN_WORD ? alias_text(token->text) : NULL;
    if (!text) return false;
    size_t length = strlen(text), replaced = token->end - token->start;
    for (struct Expanded* one = source->expanded; one; one = one->outer)
        if (!strcmp(one->name, token->text)) return false;
    for (struct Expanded* one = source->expanded; one; one = one->outer)
        one->end += length - replaced;
    struct Expanded* inner = allocate(sizeof *inner);
    *inner = (struct Expanded){copy_text(token->text), token->start + length,
                               length && (text[length - 1] == ' ' || text[length - 1] == '\t'),
                               source->expanded};
    source->expanded = inner;
    source_replace(source, token->start, token->end, text);
    parser->have = false;
    return true;
}

// To where a command begins, or a reserved word, or nothing: an alias may stand for each of them.
// `newlines`: the command may be on a later line.
static void begin_command(struct Parser* parser, bool newlines) {
    static const char* const words[] = {"if", "for", "case", "while", "until", "{", "!", NULL};
    do {
        if (newlines) skip_newlines(parser);
    } while (!ends_list(parser) && !is_one_of(parser, words) && expand_alias(parser, true));
}

static struct Node* compound_list(struct Parser* parser) {
    struct Node* list = parser->failed ? NULL : parse_list(parser, false);
    return list ? list : fail(parser);
}

static void read_here_documents(struct Parser* parser) {
    struct Source* source = parser->source;
    for (struct HerePending* here = parser->here; here; here = here->next) {
        struct Buffer body = {0};
        for (;;) {
            struct Buffer line = {0};
            if (here->strip_tabs) {
                while (source_peek(source) == '\t') source_get(source);
            }
            int c = source_peek(source);
            while ((c = source_get(source)) >= 0 && c != '\n') buffer_put(&line, (char)c);
            bool end = !strcmp(line.data ? line.data : "", here->end) || (c < 0 && !line.length);
            if (!end) {
                if (line.data) buffer_add(&body, line.data, line.length);
                buffer_put(&body, '\n');
            }
            free(line.data);
            if (end || c < 0) break;
        }
        here->redirect->target = arena_text(parser->arena, body.data ? body.data : "", body.length);
        free(body.data);
    }
    parser->here = NULL;
}

// A here-document's end word without its quotes.
static char* unquote(struct Parser* parser, const char* text, bool* quoted) {
    char* out = arena_text(parser->arena, text, strlen(text));
    char* to = out;
    for (; *text; text++) {
        if (strchr("'\"\\", *text)) {
            *quoted = true;
        } else {
            *to++ = *text;
        }
    }
    *to = 0;
    return out;
}

static bool parse_redirect(struct Parser* parser, struct Redirect*** tail) {
    struct Token token = *peek(parser);
    advance(parser);
    struct Redirect* redirect = arena_take(parser->arena, sizeof *redirect);
    redirect->kind = token.redirect;
    redirect->fd = token.fd;
    if (peek(parser)->kind != TOKEN_WORD) return fail(parser) != NULL;
    redirect->target = peek(parser)->text;
    if (token.redirect == REDIRECT_HERE) {
        struct HerePending* here = arena_take(parser->arena, sizeof *here);
        here->redirect = redirect;
        here->strip_tabs = token.strip_tabs;
        here->end = unquote(parser, redirect->target, &redirect->quoted);
        redirect->target = "";
        if (!parser->here) parser->here_tail = &parser->here;
        *parser->here_tail = here;
        parser->here_tail = &here->next;
    }
    advance(parser);
    **tail = redirect;
    *tail = &redirect->next;
    return true;
}

static struct Word** add_word(struct Parser* parser, struct Word** tail, char* text) {
    *tail = arena_take(parser->arena, sizeof **tail);
    (*tail)->text = text;
    return &(*tail)->next;
}

static bool is_assignment(const char* text) {
    const char* equals = strchr(text, '=');
    return equals && is_name(text, (size_t)(equals - text));
}

static struct Node* parse_simple(struct Parser* parser) {
    struct Node* node = make(parser, NODE_SIMPLE, NULL, NULL);
    struct Word **words = &node->words, **assignments = &node->assignments;
    struct Redirect** redirects = &node->redirects;
    for (bool expanded = false;;) {
        struct Token* token = peek(parser);
        if (token->kind == TOKEN_REDIRECT) {
            if (!parse_redirect(parser, &redirects)) return NULL;
        } else if (token->kind == TOKEN_WORD) {
            bool assignment = !node->words && is_assignment(token->text);
            expanded = expand_alias(parser, expanded || (!node->words && !assignment));
            if (expanded) continue;
            if (assignment) {
                assignments = add_word(parser, assignments, token->text);
            } else {
                words = add_word(parser, words, token->text);
            }
            advance(parser);
        } else if (token->kind == TOKEN_OPEN && node->words && !node->words->next &&
                   !node->assignments && !node->redirects &&
                   is_name(node->words->text, strlen(node->words->text))) {
            advance(parser);
            if (peek(parser)->kind != TOKEN_CLOSE) return fail(parser);
            advance(parser);
            begin_command(parser, true);
            node->kind = NODE_FUNCTION;
            node->name = node->words->text;
            parser->arena->keep = true;
            return node;
        } else {
            bool empty = !node->words && !node->assignments && !node->redirects;
            return empty || token->kind == TOKEN_ERROR ? fail(parser) : node;
        }
    }
}

static struct Node* parse_if(struct Parser* parser) {
    struct Node* node = make(parser, NODE_IF, compound_list(parser), NULL);
    if (!expect_word(parser, "then")) return NULL;
    node->right = compound_list(parser);
    if (take_word(parser, "elif")) {
        node->otherwise = parse_if(parser);
        return node; // the inner one took the fi
    }
    if (take_word(parser, "else")) node->otherwise = compound_list(parser);
    return expect_word(parser, "fi") ? node : NULL;
}

static struct Node* parse_do(struct Parser* parser) {
    if (!expect_word(parser, "do")) return NULL;
    struct Node* body = compound_list(parser);
    return expect_word(parser, "done") ? body : NULL;
}

static struct Node* parse_for(struct Parser* parser) {
    struct Node* node = make(parser, NODE_FOR, NULL, NULL);
    struct Token* token = peek(parser);
    if (token->kind != TOKEN_WORD || !is_name(token->text, strlen(token->text)))
        return fail(parser);
    node->name = token->text;
    advance(parser);
    skip_newlines(parser);
    if (take_word(parser, "in")) {
        node->has_list = true;
        struct Word** tail = &node->words;
        while (peek(parser)->kind == TOKEN_WORD) {
            tail = add_word(parser, tail, peek(parser)->text);
            advance(parser);
        }
        if (peek(parser)->kind != TOKEN_SEMI && peek(parser)->kind != TOKEN_NEWLINE) {
            return fail(parser);
        }
    }
    if (peek(parser)->kind == TOKEN_SEMI) advance(parser);
    skip_newlines(parser);
    node->right = parse_do(parser);
    return node->right ? node : NULL;
}

static struct CaseArm* parse_arm(struct Parser* parser) {
    struct CaseArm* arm = arena_take(parser->arena, sizeof *arm);
    struct Word** tail = &arm->patterns;
    if (peek(parser)->kind == TOKEN_OPEN) advance(parser);
    for (;;) {
        if (peek(parser)->kind != TOKEN_WORD) return fail(parser);
        tail = add_word(parser, tail, peek(parser)->text);
        advance(parser);
        if (peek(parser)->kind != TOKEN_PIPE) break;
        advance(parser);
    }
    if (peek(parser)->kind != TOKEN_CLOSE) return fail(parser);
    advance(parser);
    arm->body = parse_list(parser, false); // may be empty
    if (peek(parser)->kind == TOKEN_DOUBLE_SEMI) {
        advance(parser);
    } else if (!is_word(parser, "esac")) {
        return fail(parser);
    }
    skip_newlines(parser);
    return arm;
}

static struct Node* parse_case(struct Parser* parser) {
    struct Node* node = make(parser, NODE_CASE, NULL, NULL);
    if (peek(parser)->kind != TOKEN_WORD) return fail(parser);
    add_word(parser, &node->words, peek(parser)->text);
    advance(parser);
    skip_newlines(parser);
    if (!expect_word(parser, "in")) return NULL;
    skip_newlines(parser);
    struct CaseArm** tail = &node->arms;
    while (!parser->failed && !take_word(parser, "esac")) {
        *tail = parse_arm(parser);
        if (!*tail) return NULL;
        tail = &(*tail)->next;
    }
    return node;
}

// A compound command, or null (and nothing taken) if there is none here.
static struct Node* parse_compound(struct Parser* parser) {
    if (peek(parser)->kind == TOKEN_OPEN) {
        advance(parser);
        struct Node* node = make(parser, NODE_SUBSHELL, compound_list(parser), NULL);
        if (parser->failed || peek(parser)->kind != TOKEN_CLOSE) return fail(parser);
        advance(parser);
        return node;
    }
    if (take_word(parser, "{")) {
        struct Node* node = make(parser, NODE_GROUP, compound_list(parser), NULL);
        return expect_word(parser, "}") ? node : NULL;
    }
    if (take_word(parser, "if")) return parse_if(parser);
    if (take_word(parser, "for")) return parse_for(parser);
    if (take_word(parser, "case")) return parse_case(parser);
    bool until = is_word(parser, "until");
    if (until || is_word(parser, "while")) {
        advance(parser);
        struct Node* condition = compound_list(parser);
        return make(parser, until ? NODE_UNTIL : NODE_WHILE, condition, parse_do(parser));
    }
    return NULL;
}

static struct Node* parse_command_part(struct Parser* parser) {
    size_t start = peek(parser)->start;
    struct Node* node = parse_compound(parser);
    if (parser->failed) return NULL;
    if (node) {
        struct Redirect** tail = &node->redirects;
        while (peek(parser)->kind == TOKEN_REDIRECT) {
            if (!parse_redirect(parser, &tail)) return NULL;
        }
    } else {
        if (ends_list(parser)) return fail(parser);
        node = parse_simple(parser);
        if (node && node->kind == NODE_FUNCTION) node->left = parse_command_part(parser);
    }
    if (!node || parser->failed) return NULL;
    node->text = arena_text(parser->arena, parser->source->text.data + start,
                            parser->last_end > start ? parser->last_end - start : 0);
    return node;
}

static struct Node* parse_pipeline(struct Parser* parser) {
    bool negated = take_word(parser, "!");
    if (negated) begin_command(parser, false);
    size_t start = peek(parser)->start;
    struct Node* node = parse_command_part(parser);
    struct Node** tail = &node;
    while (node && !parser->failed && peek(parser)->kind == TOKEN_PIPE) {
        advance(parser);
        begin_command(parser, true);
        struct Node* right = parse_command_part(parser);
        if (!right) return NULL;
        // The pipeline is a chain to the right: a | (b | c).
        *tail = make(parser, NODE_PIPE, *tail, right);
        tail = &(*tail)->right;
    }
    if (!node || parser->failed) return NULL;
    node->text =
        arena_text(parser->arena, parser->source->text.data + start, parser->last_end - start);
    return negated ? make(parser, NODE_NOT, node, NULL) : node;
}

static struct Node* parse_and_or(struct Parser* parser) {
    size_t start = peek(parser)->start;
    struct Node* node = parse_pipeline(parser);
    while (node && !parser->failed) {
        enum TokenKind kind = peek(parser)->kind;
        if (kind != TOKEN_AND && kind != TOKEN_OR) break;
        advance(parser);
        begin_command(parser, true);
        node = make(parser, kind == TOKEN_AND ? NODE_AND : NODE_OR, node, parse_pipeline(parser));
        node->text =
            arena_text(parser->arena, parser->source->text.data + start, parser->last_end - start);
    }
    return parser->failed ? NULL : node;
}

// At the top a list ends with its line; inside a compound command, with the word that closes it.
static struct Node* parse_list(struct Parser* parser, bool top) {
    struct Node* list = NULL;
    for (;;) {
        begin_command(parser, !top);
        if (parser->failed || ends_list(parser) || peek(parser)->kind == TOKEN_NEWLINE) break;
        struct Node* node = parse_and_or(parser);
        if (!node) return fail(parser);
        enum TokenKind kind = peek(parser)->kind;
        if (kind == TOKEN_BACKGROUND) {
            char* text = node->text;
            node = make(parser, NODE_BACKGROUND, node, NULL);
            node->text = text;
        }
        list = list ? make(parser, NODE_SEQUENCE, list, node) : node;
        if (kind == TOKEN_SEMI || kind == TOKEN_BACKGROUND) {
            advance(parser);
        } else if (kind != TOKEN_NEWLINE) {
            break;
        }
    }
    return parser->failed ? NULL : list;
}

enum ParseResult parse_command(struct Source* source, struct Arena* arena, struct Node** out) {
    struct Parser parser = {.source = source, .arena = arena};
    source_begin_command(source);
    *out = NULL;
    if (peek(&parser)->kind == TOKEN_END) return PARSE_END;
    if (peek(&parser)->kind == TOKEN_NEWLINE) return PARSED_NOTHING;
    *out = parse_list(&parser, true);
    enum TokenKind kind = parser.failed ? TOKEN_ERROR : peek(&parser)->kind;
    if (!parser.failed && kind != TOKEN_NEWLINE && kind != TOKEN_END) fail(&parser);
    if (!parser.failed && parser.here) read_here_documents(&parser);
    if (!parser.failed) return *out ? PARSED : PARSED_NOTHING;
    source_drop_line(source);
    return PARSE_ERROR;
}
