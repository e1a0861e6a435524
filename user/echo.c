// Prints its arguments.
#include "user/lib/user.h"

int main(int argc, char** argv) {
    begin(argv, "echo [-n] [TEXT...]\n");
    return finish(echo_main(argc, argv));
}
