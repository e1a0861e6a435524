// Shows and sets the terminal's modes.
#include "user/lib/user.h"

#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

static const struct Flag {
    const char* name;
    char group; // of struct termios: i, o or l
    tcflag_t bit;
} flags[] = {
    {"icrnl", 'i', ICRNL},   {"inlcr", 'i', INLCR},   {"igncr", 'i', IGNCR},
    {"ixon", 'i', IXON},     {"opost", 'o', OPOST},   {"onlcr", 'o', ONLCR},
    {"isig", 'l', ISIG},     {"icanon", 'l', ICANON}, {"echo", 'l', ECHO},
    {"echoe", 'l', ECHOE},   {"echok", 'l', ECHOK},   {"echonl", 'l', ECHONL},
    {"noflsh", 'l', NOFLSH}, {"tostop", 'l', TOSTOP}, {"iexten", 'l', IEXTEN},
};
enum { FLAGS = sizeof flags / sizeof flags[0] };

static tcflag_t* group(struct termios* modes, char which) {
    return which == 'i' ? &modes->c_iflag : which == 'o' ? &modes->c_oflag : &modes->c_lflag;
}

static void show(struct termios* modes) {
    struct winsize size = {0};
    if (!ioctl(0, TIOCGWINSZ, &size)) printf("rows %d; columns %d\n", size.ws_row, size.ws_col);
    for (int i = 0; i < FLAGS; i++) {
        bool on = *group(modes, flags[i].group) & flags[i].bit;
        printf("%s%s%c", on ? "" : "-", flags[i].name, i + 1 < FLAGS ? ' ' : '\n');
    }
}

static void raw(struct termios* modes, bool on) {
    tcflag_t input = ICRNL | IXON, local = ICANON | ECHO | ISIG | IEXTEN;
    modes->c_iflag = on ? modes->c_iflag & ~input : modes->c_iflag | input;
    modes->c_oflag = on ? modes->c_oflag & ~(tcflag_t)OPOST : modes->c_oflag | OPOST | ONLCR;
    modes->c_lflag = on ? modes->c_lflag & ~local : modes->c_lflag | local;
}

static bool set_flag(struct termios* modes, const char* word) {
    bool off = *word == '-';
    for (int i = 0; i < FLAGS; i++) {
        if (strcmp(word + off, flags[i].name)) continue;
        tcflag_t* field = group(modes, flags[i].group);
        *field = off ? *field & ~flags[i].bit : *field | flags[i].bit;
        return true;
    }
    return false;
}

static void set_size(const char* what, const char* text) {
    struct winsize size;
    if (!text) die_usage();
    unsigned short value = (unsigned short)number(text, what, 1, 65535);
    if (ioctl(0, TIOCGWINSZ, &size)) die_errno("size");
    if (!strcmp(what, "rows"))
        size.ws_row = value;
    else
        size.ws_col = value;
    if (ioctl(0, TIOCSWINSZ, &size)) die_errno("size");
}

int main(int argc, char** argv) {
    begin(argv, "stty [-a | sane | raw | size | rows N | cols N | [-]FLAG ...]\n");
    struct termios modes;
    if (tcgetattr(0, &modes)) die_errno("standard input");
    if (argc == 1 || !strcmp(argv[1], "-a")) show(&modes);
    for (int i = 1; i < argc; i++) {
        struct winsize size = {0};
        if (!strcmp(argv[i], "-a")) continue;
        if (!strcmp(argv[i], "raw") || !strcmp(argv[i], "sane")) {
            raw(&modes, *argv[i] == 'r');
        } else if (!strcmp(argv[i], "size")) {
            if (ioctl(0, TIOCGWINSZ, &size)) die_errno("size");
            printf("%d %d\n", size.ws_row, size.ws_col);
        } else if (!strcmp(argv[i], "rows") || !strncmp(argv[i], "col", 3)) {
            set_size(argv[i], argv[i + 1]);
            i++;
        } else if (!set_flag(&modes, argv[i])) {
            die_text("%s: unknown mode", argv[i]);
        }
    }
    if (tcsetattr(0, TCSADRAIN, &modes)) die_errno("standard input");
    return finish(0);
}
