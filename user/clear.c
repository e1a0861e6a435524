// Clears the screen; as reset, brings the terminal back to its senses too.
#include "user/lib/user.h"

#include <string.h>
#include <termios.h>

int main(int argc, char** argv) {
    begin(argv, "clear | reset\n");
    (void)argc;
    if (!strncmp(program_name(), "reset", 5)) {
        struct termios modes;
        if (!tcgetattr(0, &modes)) {
            modes.c_iflag |= ICRNL | IXON;
            modes.c_oflag |= OPOST | ONLCR;
            modes.c_lflag |= ICANON | ECHO | ECHOE | ISIG | IEXTEN;
            tcsetattr(0, TCSANOW, &modes);
        }
        fputs("\033c", stdout);
    }
    fputs("\033[H\033[2J\033[m", stdout);
    return finish(0);
}
