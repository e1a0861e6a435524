// The server of the pair: answers every "hello" with "hi", in a process of its own.
#include "user/lib/greeting.h"

int main(int argc, char** argv) {
    begin(argv, "replyhi [ADDRESS [PORT]]\nAnswers hello with hi (on 127.0.0.1 5001), for ever.\n");
    return finish(start_replyhi(argc > 1 ? argv[1] : "127.0.0.1", argc > 2 ? argv[2] : "5001"));
}
