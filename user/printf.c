// Prints its arguments by a format.
#include "user/lib/user.h"

int main(int argc, char** argv) {
    begin(argv, "printf FORMAT [ARGUMENT...]\n");
    return finish(printf_main(argc, argv));
}
