// Edits a stream of lines by a script: s, d, p, q, =, n, N, D, P, g, G, h, H, x, y, a, i, c, b, t,
// : and { }.
#include "user/lib/regex.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct Address {
    enum { NONE, LINE, LAST, PATTERN } kind;
    long line;
    struct Regex* regex;
};

struct Command {
    struct Address from, to;
    bool inverted, active; // active: inside from,to
    char name, *text;      // of a, i, c, b, t, :; of s and y what is put
    struct Regex* regex;
    bool global, print;
    long which; // the N-th match
    int jump;   // of {, b and t: where to go on
};

enum { COMMANDS = 256 };
static struct Command commands[COMMANDS];
static int count, flags;
static bool quiet, quitting;
static struct Buffer space, held, appended;
static long line_number;
static FILE* input;
static char** files; // those not yet opened

// --- the script ---

static _Noreturn void bad(const char* at, const char* why) {
    die_text("script: %s at `%.20s'", why, at);
}

// Text up to `end`, where a backslash protects it; *at is moved behind.
static char* delimited(const char** at, char end) {
    struct Buffer out = {0};
    for (; **at && **at != end; (*at)++) {
        if (**at == '\\' && (*at)[1]) {
            if ((*at)[1] != end) buffer_put(&out, '\\');
            (*at)++;
        } else if (**at == '[') {
            const char* close = strchr(*at + 2, ']');
            for (; close && memchr(*at, end, (size_t)(close - *at)) && *at < close; (*at)++) {
                buffer_put(&out, **at);
            }
        }
        buffer_put(&out, **at);
    }
    if (!**at) bad(*at, "unfinished");
    (*at)++;
    return out.data ? out.data : copy_text("");
}

static struct Address parse_address(const char** at) {
    struct Address address = {.kind = NONE};
    if (isdigit((unsigned char)**at)) {
        address.kind = LINE;
        address.line = strtol(*at, (char**)at, 10);
    } else if (**at == '$') {
        address.kind = LAST;
        (*at)++;
    } else if (**at == '/') {
        (*at)++;
        address.kind = PATTERN;
        address.regex = regex_compile(delimited(at, '/'), flags);
    }
    return address;
}

static void parse_substitution(struct Command* command, const char** at) {
    char end = *(*at)++;
    if (!end) bad(*at, "unfinished");
    char* pattern = delimited(at, end);
    command->text = delimited(at, end);
    int own = flags;
    for (command->which = 1; **at && strchr("gpiI0123456789", **at); (*at)++) {
        if (**at == 'g')
            command->global = true;
        else if (**at == 'p')
            command->print = true;
        else if (isdigit((unsigned char)**at))
            command->which = strtol(*at, NULL, 10);
        else
            own |= REGEX_IGNORE_CASE;
    }
    command->regex = regex_compile(pattern, own);
}

static void parse_text(struct Command* command, const char** at) {
    *at += strspn(*at, " \t");
    if (**at == '\\') *at += 1 + strspn(*at + 1, "\n");
    struct Buffer out = {0};
    for (; **at && **at != '\n'; (*at)++) {
        if (**at == '\\' && (*at)[1]) (*at)++;
        buffer_put(&out, **at);
    }
    buffer_put(&out, '\n');
    command->text = out.data;
}

static void parse_command(struct Command* command, const char** at) {
    command->name = *(*at)++;
    switch (command->name) {
    case 's':
        parse_substitution(command, at);
        break;
    case 'y': {
        char end = *(*at)++;
        char* from = delimited(at, end);
        command->text = format_text("%s%s", from, delimited(at, end));
        if (strlen(command->text) != 2 * strlen(from)) bad(*at, "y: lengths differ");
        break;
    }
    case 'a':
    case 'i':
    case 'c':
        parse_text(command, at);
        break;
    case ':':
    case 'b':
    case 't': {
        *at += strspn(*at, " \t");
        size_t length = strcspn(*at, ";\n} \t");
        command->text = copy_bytes(*at, length);
        *at += length;
        break;
    }
    default:
        if (!command->name || !strchr("dpq=nNDPgGhHx{}", command->name))
            bad(*at - 1, "unknown command");
    }
}

static void parse_script(const char* at) {
    static int open[16], depth;
    for (;;) {
        at += strspn(at, " \t\n;");
        if (*at == '#') at += strcspn(at, "\n");
        if (!*at) break;
        if (*at == '\n') continue;
        if (count == COMMANDS) die_text("script too long");
        struct Command* command = &commands[count++];
        command->from = parse_address(&at);
        if (*at == ',') {
            at++;
            command->to = parse_address(&at);
        }
        at += strspn(at, " \t");
        for (; *at == '!'; at++) command->inverted = true;
        at += strspn(at, " \t");
        parse_command(command, &at);
        if (command->name == '{' && depth < 16) open[depth++] = count - 1;
        if (command->name == '}') {
            if (!depth) bad(at, "} without {");
            commands[open[--depth]].jump = count - 1;
        }
    }
}

static void resolve_labels(void) {
    for (int i = 0; i < count; i++) {
        if (commands[i].name != 'b' && commands[i].name != 't') continue;
        commands[i].jump = count;
        for (int j = 0; *commands[i].text && j < count; j++) {
            if (commands[j].name == ':' && !strcmp(commands[j].text, commands[i].text))
                commands[i].jump = j;
        }
        if (*commands[i].text && commands[i].jump == count)
            die_text("no label %s", commands[i].text);
    }
}

// --- the lines ---

static bool next_file(void) {
    while (*files) {
        input = open_stream(*files++);
        if (input) return true;
    }
    return false;
}

static bool is_last(void) {
    for (;;) {
        int c = input ? getc(input) : EOF;
        if (c != EOF) {
            ungetc(c, input);
            return false;
        }
        if (!next_file()) return true;
    }
}

static bool add_line(void) {
    if (is_last()) return false;
    char* line = read_line(input, NULL, NULL);
    buffer_text(&space, line ? line : "");
    free(line);
    line_number++;
    return true;
}

static void flush_appended(void) {
    if (appended.length) fputs(appended.data, stdout);
    appended.length = 0;
}

static bool matches(const struct Address* address) {
    struct Span span[REGEX_GROUPS];
    switch (address->kind) {
    case LINE:
        return line_number == address->line;
    case LAST:
        return is_last();
    case PATTERN:
        return regex_match(address->regex, space.data, space.data, span);
    default:
        return true;
    }
}

static bool selected(struct Command* command) {
    if (command->to.kind == NONE) return matches(&command->from);
    if (command->active) {
        bool past = command->to.kind == LINE && line_number >= command->to.line;
        command->active = !(past || (command->to.kind != LINE && matches(&command->to)));
        return true;
    }
    if (!matches(&command->from)) return false;
    command->active = command->to.kind != LINE || command->to.line > line_number;
    return true;
}

static void put_replacement(struct Buffer* out, const char* text, const struct Span* span) {
    for (; *text; text++) {
        int group = *text == '&'                                       ? 0
                    : *text == '\\' && isdigit((unsigned char)text[1]) ? text[1] - '0'
                                                                       : -1;
        if (*text == '\\' && text[1]) {
            text++;
            if (group < 0) buffer_put(out, *text == 'n' ? '\n' : *text == 't' ? '\t' : *text);
        } else if (group < 0) {
            buffer_put(out, *text);
        }
        if (group >= 0 && span[group].start) {
            buffer_add(out, span[group].start, (size_t)(span[group].end - span[group].start));
        }
    }
}

static bool substitute(const struct Command* command) {
    struct Buffer out = {0};
    struct Span span[REGEX_GROUPS];
    const char *at = space.data, *last_end = NULL;
    long found = 0;
    bool changed = false;
    while (regex_match(command->regex, space.data, at, span)) {
        buffer_add(&out, at, (size_t)(span[0].start - at));
        bool empty = span[0].end == span[0].start;
        // Nothing isn't matched again where a match has just ended.
        bool counts = !(empty && span[0].start == last_end);
        bool put =
            counts && (++found == command->which || (command->global && found > command->which));
        if (put)
            put_replacement(&out, command->text, span);
        else
            buffer_add(&out, span[0].start, (size_t)(span[0].end - span[0].start));
        changed |= put;
        at = last_end = span[0].end;
        if (put && !command->global) break;
        if (empty) {
            if (!*at) break;
            buffer_put(&out, *at++);
        }
    }
    buffer_text(&out, at);
    free(space.data);
    space = out;
    return changed;
}

static void transliterate(const char* sets) {
    size_t half = strlen(sets) / 2;
    for (size_t i = 0; i < space.length; i++) {
        const char* found = memchr(sets, space.data[i], half);
        if (found) space.data[i] = found[half];
    }
}

static void set(struct Buffer* to, const struct Buffer* from, bool add) {
    if (add)
        buffer_put(to, '\n');
    else
        to->length = 0;
    buffer_add(to, from->data ? from->data : "", from->length);
}

// The commands that move text between the line and the space that is kept.
static void use_held(char command) {
    struct Buffer other = space;
    switch (command) {
    case 'g':
        set(&space, &held, false);
        break;
    case 'G':
        set(&space, &held, true);
        break;
    case 'h':
        set(&held, &space, false);
        break;
    case 'H':
        set(&held, &space, true);
        break;
    case 'x':
        space = held;
        held = other;
        if (!space.data) buffer_text(&space, "");
        break;
    default:
        break;
    }
}

static void print_first(void) { printf("%.*s\n", (int)strcspn(space.data, "\n"), space.data); }

// The commands that neither leave the line nor move in the script.
static void use_line(const struct Command* command) {
    switch (command->name) {
    case 'y':
        transliterate(command->text);
        break;
    case 'p':
        puts(space.data);
        break;
    case 'P':
        print_first();
        break;
    case '=':
        printf("%ld\n", line_number);
        break;
    default:
        use_held(command->name);
        break;
    }
}

// The commands upon one line. False if the line isn't to be printed at the end.
static bool run_script(void) {
    bool changed = false;
    for (int i = 0; i < count; i++) {
        struct Command* command = &commands[i];
        if (command->name == ':' || command->name == '}') continue;
        if (selected(command) == command->inverted) {
            if (command->name == '{') i = command->jump;
            continue;
        }
        switch (command->name) {
        case 's':
            if (!substitute(command)) break;
            changed = true;
            if (command->print) puts(space.data);
            break;
        case 'd':
            return false;
        case 'D': {
            char* rest = strchr(space.data, '\n');
            if (!rest) return false;
            space.length -= (size_t)(rest + 1 - space.data);
            memmove(space.data, rest + 1, space.length + 1);
            i = -1;
            break;
        }
        case 'q':
            quitting = true;
            return true;
        case 'n':
            if (is_last()) return true;
            if (!quiet) puts(space.data);
            flush_appended();
            space.length = 0;
            add_line();
            break;
        case 'N':
            if (is_last()) return true;
            buffer_put(&space, '\n');
            add_line();
            break;
        case 'a':
            buffer_text(&appended, command->text);
            break;
        case 'i':
            fputs(command->text, stdout);
            break;
        case 'c':
            if (!command->active) fputs(command->text, stdout);
            return false;
        case 'b':
            i = command->jump;
            break;
        case 't':
            if (changed) i = command->jump;
            changed = false;
            break;
        default:
            use_line(command);
            break;
        }
    }
    return true;
}

static void edit(void) {
    while (!quitting) {
        space.length = 0;
        if (!add_line()) break;
        if (run_script() && !quiet) puts(space.data);
        flush_appended();
    }
}

static int edit_in_place(char* path) {
    char *list[] = {path, NULL}, *fresh = format_text("%s.sed", path);
    if (access(path, R_OK)) {
        warn_errno(path);
        return 1;
    }
    files = list;
    line_number = 0;
    quitting = false;
    if (!freopen(fresh, "w", stdout)) die_errno(fresh);
    edit();
    if (fflush(stdout) || rename(fresh, path)) die_errno(path);
    return 0;
}

int main(int argc, char** argv) {
    begin(argv, "sed [-nEi] [-e SCRIPT | -f FILE | SCRIPT] [FILE...]\n");
    struct Names scripts = {0};
    bool in_place = false;
    int letter, status = 0;
    while ((letter = option(argc, argv, "nErie:f:"))) {
        static char text[65536];
        if (letter == 'n') quiet = true;
        if (letter == 'E' || letter == 'r') flags = REGEX_EXTENDED;
        if (letter == 'i') in_place = true;
        if (letter == 'e') names_add(&scripts, option_value);
        if (letter == 'f' && read_small(option_value, text, sizeof text) < 0)
            die_errno(option_value);
        if (letter == 'f') names_add(&scripts, copy_text(text));
    }
    if (!scripts.count && option_index >= argc) die_usage();
    if (!scripts.count) names_add(&scripts, argv[option_index++]);
    for (size_t i = 0; i < scripts.count; i++) parse_script(scripts.name[i]);
    resolve_labels();
    char* standard[] = {"-", NULL};
    if (in_place) {
        for (int i = option_index; i < argc; i++) status |= edit_in_place(argv[i]);
        return status;
    }
    files = option_index < argc ? argv + option_index : standard;
    edit();
    return finish(status);
}
