// Evaluates an expression: the status is the answer. Its other name is [.
#include "user/lib/user.h"

int main(int argc, char** argv) {
    begin(argv, "test EXPRESSION\n");
    return test_main(argc, argv);
}
