// Shows text a screen at a time. Its other name is less.
#include "user/lib/user.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static int terminal = -1, rows = 24, columns = 80, shown;

static int ask(void) {
    struct termios before, raw;
    unsigned char key = 'q';
    if (tcgetattr(terminal, &before)) return 'q';
    raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    printf("\033[7m--more--\033[m");
    fflush(stdout);
    tcsetattr(terminal, TCSADRAIN, &raw);
    if (read(terminal, &key, 1) != 1) key = 'q';
    tcsetattr(terminal, TCSADRAIN, &before);
    printf("\r\033[K");
    return key;
}

static int show(const char* path) {
    FILE* file = open_stream(path);
    if (!file) return 1;
    char* line;
    while ((line = read_line(file, NULL, NULL))) {
        puts(line);
        shown += 1 + (int)strlen(line) / columns;
        free(line);
        if (terminal < 0 || shown < rows - 1) continue;
        int key = ask();
        if (key == 'q' || key == 3) exit(finish(0));
        shown = key == '\r' || key == '\n' || key == 'j' ? rows - 2 : 0;
    }
    if (file != stdin) fclose(file);
    return 0;
}

int main(int argc, char** argv) {
    begin(argv, "more [FILE...]   (space: next page, return: next line, q: end)\n");
    option(argc, argv, "");
    struct winsize size;
    if (isatty(STDOUT_FILENO)) terminal = open("/dev/tty", O_RDWR);
    if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row > 2 && size.ws_col > 2) {
        rows = size.ws_row;
        columns = size.ws_col;
    }
    return for_operands(argc, argv, show);
}
