// The characters of commands: from a text, a file, standard input or the line editor.
#include "user/sh/sh.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Adds at least one line if it can. Standard input is read byte by byte, because what follows the
// line may belong to the command on it.
static bool refill(struct Source* source) {
    if (source->interactive) {
        if (source->ended || shell.interrupted) return false;
        if (!source->continued) report_jobs(false);
        const char* prompt = variable(source->continued ? "PS2" : "PS1");
        char* expanded = copy_text(expand_here(prompt ? prompt : "$ "));
        char* line = edit_line(expanded);
        free(expanded);
        if (line && !shell.interrupted) buffer_text(&source->text, line);
        source->ended = !line;
        free(line);
        source->continued = true;
        return !source->ended && !shell.interrupted;
    }
    if (source->fd < 0) return false;
    char block[1024];
    for (bool some = false;;) {
        ssize_t got = read(source->fd, block, source->byte_wise ? 1 : sizeof block);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return some;
        buffer_add(&source->text, block, (size_t)got);
        some = true;
        if (!source->byte_wise || *block == '\n') return true;
    }
}

int source_peek(struct Source* source) {
    if (source->at >= source->text.length && !refill(source)) return -1;
    return (unsigned char)source->text.data[source->at];
}

int source_get(struct Source* source) {
    int c = source_peek(source);
    if (c < 0) return c;
    if (c == '\n') source->line++;
    source->at++;
    return c;
}

void source_begin_command(struct Source* source) {
    size_t left = source->text.length - source->at;
    if (source->at) memmove(source->text.data, source->text.data + source->at, left + 1);
    source->text.length = left;
    while (source->expanded && source->expanded->end <= source->at) source_leave_alias(source);
    for (struct Expanded* one = source->expanded; one; one = one->outer) one->end -= source->at;
    source->at = 0;
    source->continued = false;
}

void source_drop_line(struct Source* source) {
    while (source->at < source->text.length && source->text.data[source->at] != '\n') source->at++;
    if (source->interactive) source->at = source->text.length;
}

void source_replace(struct Source* source, size_t start, size_t end, const char* text) {
    struct Buffer whole = {0};
    buffer_add(&whole, source->text.data, start);
    buffer_text(&whole, text);
    buffer_add(&whole, source->text.data + end, source->text.length - end);
    free(source->text.data);
    source->text = whole;
    source->at = start;
}

void source_leave_alias(struct Source* source) {
    struct Expanded* inner = source->expanded;
    source->expanded = inner->outer;
    free(inner->name);
    free(inner);
}
