// The client of the pair: says "hello" and prints what comes back.
#include "user/lib/greeting.h"

int main(int argc, char** argv) {
    begin(argv, "hello [ADDRESS [PORT]]\nSays hello (to 127.0.0.1 5001) and prints the answer.\n");
    return finish(say_hello(argc > 1 ? argv[1] : "127.0.0.1", argc > 2 ? argv[2] : "5001"));
}
