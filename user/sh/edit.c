// The line editor: one line in raw mode, redrawn after each key. It knows the keys that people
// have in their fingers, the history and completion, and falls back to plain lines without a
// terminal.
#include "user/sh/sh.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { CONTROL = 31, KEY_UP = 256, KEY_DOWN, KEY_LEFT, KEY_RIGHT, KEY_HOME, KEY_END, KEY_DELETE };
enum { KEY_WORD_LEFT = 300, KEY_WORD_RIGHT, KEY_NONE };
enum Outcome { EDITING, ENTERED, CANCELLED, INPUT_ENDED };

struct Editor {
    const char* prompt;
    struct Buffer line;
    size_t at;
    size_t history;
    char* draft;
    size_t room; // for the line, in columns
    bool tab_before, drawn, fresh;
};

static char* killed_text; // what ^Y brings back

static int read_byte(void) {
    unsigned char c;
    ssize_t got = read(0, &c, 1);
    return got == 1 ? c : got < 0 && errno == EINTR && shell.interrupted ? ('C' & CONTROL) : -1;
}

static int escape_key(void) {
    int c = read_byte();
    if (c == 'b') return KEY_WORD_LEFT;
    if (c == 'f') return KEY_WORD_RIGHT;
    if (c != '[' && c != 'O') return KEY_NONE;
    int value = 0;
    for (c = read_byte(); isdigit(c) || c == ';'; c = read_byte()) {
        value = c == ';' ? 0 : value * 10 + (c - '0');
    }
    switch (c) {
    case 'A':
        return KEY_UP;
    case 'B':
        return KEY_DOWN;
    case 'C':
        return value == 5 ? KEY_WORD_RIGHT : KEY_RIGHT;
    case 'D':
        return value == 5 ? KEY_WORD_LEFT : KEY_LEFT;
    case 'H':
        return KEY_HOME;
    case 'F':
        return KEY_END;
    case '~':
        return value == 1 || value == 7   ? KEY_HOME
               : value == 4 || value == 8 ? KEY_END
               : value == 3               ? KEY_DELETE
                                          : KEY_NONE;
    default:
        return KEY_NONE;
    }
}

static size_t columns(void) {
    struct winsize size;
    return !ioctl(0, TIOCGWINSZ, &size) && size.ws_col > 10 ? size.ws_col : 80;
}

static void draw(struct Editor* editor) {
    const char* newline = strrchr(editor->prompt, '\n');
    const char* prompt = newline ? newline + 1 : editor->prompt;
    size_t width = columns() - 1, taken = strlen(prompt);
    size_t room = width > taken + 8 ? width - taken : 8;
    editor->room = room;
    size_t from = editor->at >= room ? editor->at - room + 1 : 0;
    size_t shown = editor->line.length - from < room ? editor->line.length - from : room;
    struct Buffer out = {0};
    buffer_text(&out, "\r");
    buffer_text(&out, prompt);
    if (shown) buffer_add(&out, editor->line.data + from, shown);
    if (!editor->fresh) buffer_text(&out, "\033[K");
    editor->fresh = false;
    char move[32];
    snprintf(move, sizeof move, "\r\033[%uC", (unsigned)(taken + editor->at - from));
    if (editor->at != from + shown) buffer_text(&out, move);
    write_all(1, out.data, out.length);
    free(out.data);
}

static void insert(struct Editor* editor, const char* text, size_t length) {
    buffer_add(&editor->line, text, length); // makes the room
    char* data = editor->line.data;
    memmove(data + editor->at + length, data + editor->at,
            editor->line.length - length - editor->at);
    memcpy(data + editor->at, text, length);
    editor->at += length;
}

static void erase(struct Editor* editor, size_t from, size_t to, bool keep) {
    if (from >= to) return;
    if (keep) {
        free(killed_text);
        killed_text = copy_bytes(editor->line.data + from, to - from);
    }
    memmove(editor->line.data + from, editor->line.data + to, editor->line.length - to + 1);
    editor->line.length -= to - from;
    editor->at = from;
}

static void replace(struct Editor* editor, const char* text) {
    editor->line.length = 0;
    buffer_text(&editor->line, text);
    editor->at = editor->line.length;
}

static size_t word_left(struct Editor* editor) {
    size_t at = editor->at;
    while (at && editor->line.data[at - 1] == ' ') at--;
    while (at && editor->line.data[at - 1] != ' ') at--;
    return at;
}

static size_t word_right(struct Editor* editor) {
    size_t at = editor->at, length = editor->line.length;
    while (at < length && editor->line.data[at] == ' ') at++;
    while (at < length && editor->line.data[at] != ' ') at++;
    return at;
}

static void recall(struct Editor* editor, bool older) {
    size_t count = history_count();
    if (older ? editor->history == 0 : editor->history >= count) return;
    if (editor->history == count) {
        free(editor->draft);
        editor->draft = copy_text(editor->line.data);
    }
    editor->history += older ? (size_t)-1 : 1;
    const char* line = history_line(editor->history);
    replace(editor, line ? line : editor->draft);
}

// ^R: the newest line that holds what is typed; ^R again goes further back.
static int search_back(struct Editor* editor) {
    struct Buffer wanted = {0};
    buffer_text(&wanted, "");
    size_t from = history_count(), found = from;
    int key;
    for (;;) {
        const char* line = history_line(found);
        char* view = format_text("\r(search)`%s': %s\033[K", wanted.data, line ? line : "");
        write_all(1, view, strlen(view));
        free(view);
        key = read_byte();
        if (key == ('R' & CONTROL)) {
            from = found;
        } else if (key == 127 || key == 8) {
            if (wanted.length) wanted.data[--wanted.length] = 0;
            from = history_count();
        } else if (key >= 32) {
            buffer_put(&wanted, (char)key);
            from = found < history_count() ? found + 1 : found;
        } else {
            break;
        }
        for (size_t i = from; i-- > 0;) {
            if (!strstr(history_line(i), wanted.data)) continue;
            found = i;
            break;
        }
    }
    if (history_line(found) && key != ('C' & CONTROL) && key != ('G' & CONTROL)) {
        replace(editor, history_line(found));
    }
    free(wanted.data);
    return key == '\r' || key == '\n' || key == ('C' & CONTROL) ? key : KEY_NONE;
}

static void show_choices(const struct Names* names) {
    struct Buffer out = {0};
    size_t widest = 0;
    for (size_t i = 0; i < names->count; i++) {
        if (strlen(names->name[i]) > widest) widest = strlen(names->name[i]);
    }
    size_t across = columns() / (widest + 2);
    if (!across) across = 1;
    for (size_t i = 0; i < names->count; i++) {
        if (i % across == 0) buffer_text(&out, "\r\n");
        buffer_text(&out, names->name[i]);
        for (size_t pad = strlen(names->name[i]); pad < widest + 2; pad++) buffer_put(&out, ' ');
    }
    buffer_text(&out, "\r\n");
    write_all(1, out.data, out.length);
    free(out.data);
}

static void tab(struct Editor* editor) {
    struct Names names;
    size_t start;
    complete(editor->line.data, editor->at, &names, &start);
    if (names.count) {
        size_t common = strlen(names.name[0]);
        for (size_t i = 1; i < names.count; i++) {
            size_t same = 0;
            while (same < common && names.name[i][same] == names.name[0][same]) same++;
            common = same;
        }
        size_t had = editor->at - start;
        if (common > had) insert(editor, names.name[0] + had, common - had);
        if (names.count == 1 && common && names.name[0][common - 1] != '/') insert(editor, " ", 1);
        if (names.count > 1 && common <= had && editor->tab_before) show_choices(&names);
    }
    names_free(&names);
}

static enum Outcome control_key(struct Editor* editor, int key) {
    size_t length = editor->line.length;
    switch (key) {
    case '\r':
    case '\n':
        return ENTERED;
    case 'C' & CONTROL:
        return CANCELLED;
    case 'D' & CONTROL:
        if (!length) return INPUT_ENDED;
        if (editor->at < length) erase(editor, editor->at, editor->at + 1, false);
        break;
    case 127:
    case 8:
        if (editor->at) erase(editor, editor->at - 1, editor->at, false);
        break;
    case '\t':
        tab(editor);
        break;
    case 'K' & CONTROL:
        erase(editor, editor->at, length, true);
        break;
    case 'U' & CONTROL:
        erase(editor, 0, editor->at, true);
        break;
    case 'W' & CONTROL:
        erase(editor, word_left(editor), editor->at, true);
        break;
    case 'Y' & CONTROL:
        if (killed_text) insert(editor, killed_text, strlen(killed_text));
        break;
    case 'L' & CONTROL:
        write_all(1, "\033[H\033[J", 6);
        break;
    case 'R' & CONTROL:
        key = search_back(editor);
        if (key != KEY_NONE) return control_key(editor, key);
        break;
    default:
        break;
    }
    return EDITING;
}

static enum Outcome handle(struct Editor* editor, int key) {
    switch (key) {
    case -1:
        return INPUT_ENDED;
    case 'P' & CONTROL:
    case KEY_UP:
        recall(editor, true);
        break;
    case 'N' & CONTROL:
    case KEY_DOWN:
        recall(editor, false);
        break;
    case 'B' & CONTROL:
    case KEY_LEFT:
        editor->at -= editor->at > 0;
        break;
    case 'F' & CONTROL:
    case KEY_RIGHT:
        editor->at += editor->at < editor->line.length;
        break;
    case 'A' & CONTROL:
    case KEY_HOME:
        editor->at = 0;
        break;
    case 'E' & CONTROL:
    case KEY_END:
        editor->at = editor->line.length;
        break;
    case KEY_WORD_LEFT:
        editor->at = word_left(editor);
        break;
    case KEY_WORD_RIGHT:
        editor->at = word_right(editor);
        break;
    case KEY_DELETE:
        if (editor->at < editor->line.length) erase(editor, editor->at, editor->at + 1, false);
        break;
    case KEY_NONE:
        break;
    default:
        if (key < 32 || key == 127) return control_key(editor, key);
        char c = (char)key;
        insert(editor, &c, 1);
        // The usual key, at the end of the line, needs no more than its own echo.
        if (editor->at == editor->line.length && editor->room > editor->at + 1) {
            write_all(1, &c, 1);
            editor->drawn = true;
        }
    }
    return EDITING;
}

static char* plain_line(const char* prompt) {
    struct Buffer line = {0};
    fputs(prompt, stderr);
    int c;
    while ((c = read_byte()) >= 0) {
        buffer_put(&line, (char)c);
        if (c == '\n') break;
    }
    return line.data;
}

static char* finish_line(struct Editor* editor, enum Outcome outcome) {
    free(editor->draft);
    write_all(1, outcome == CANCELLED ? "^C\r\n" : "\r\n", outcome == CANCELLED ? 4 : 2);
    if (outcome == INPUT_ENDED) {
        free(editor->line.data);
        return NULL;
    }
    if (outcome == CANCELLED) {
        editor->line.length = 0;
        shell.interrupted = 1; // gives up the command that the line belongs to
    } else {
        history_add(editor->line.data);
    }
    buffer_put(&editor->line, '\n');
    return editor->line.data;
}

char* edit_line(const char* prompt) {
    struct termios before, raw;
    fflush(stdout);
    if (tcgetattr(0, &before)) return plain_line(prompt);
    raw = before;
    raw.c_iflag &= ~(tcflag_t)(ICRNL | IXON);
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(0, TCSADRAIN, &raw)) return plain_line(prompt);
    struct Editor editor = {.prompt = prompt, .history = history_count(), .fresh = true};
    buffer_text(&editor.line, "");
    const char* newline = strrchr(prompt, '\n');
    if (newline) write_all(1, prompt, (size_t)(newline - prompt) + 1);
    enum Outcome outcome = EDITING;
    while (outcome == EDITING) {
        if (!editor.drawn) draw(&editor);
        editor.drawn = false;
        int key = read_byte();
        if (key == 27) key = escape_key();
        outcome = handle(&editor, key);
        editor.tab_before = key == '\t';
    }
    tcsetattr(0, TCSADRAIN, &before);
    return finish_line(&editor, outcome);
}
