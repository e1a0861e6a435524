// A program's life in C: thread-local storage first, then constructors, main, exit.
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "start.h"
#include "sysdep.h"

char** environ;
unsigned long* __auxiliary_vector;
char* program_invocation_name = (char*)"";
char* program_invocation_short_name = (char*)"";

int main(int, char**, char**);
typedef void (*initializer)(int, char**, char**);
extern initializer __preinit_array_start[] attribute_hidden;
extern initializer __preinit_array_end[] attribute_hidden;
extern initializer __init_array_start[] attribute_hidden;
extern initializer __init_array_end[] attribute_hidden;

static void run_initializers(initializer* next, initializer* end, int argc, char** argv) {
    while (next < end) (*next++)(argc, argv, environ);
}

static void note_name(char* path) {
    program_invocation_name = program_invocation_short_name = path;
    for (char* at = path; *at; at++)
        if (*at == '/') program_invocation_short_name = at + 1;
}

// `stack` is as the kernel left it: argc, argv…, 0, environment…, 0, auxiliary vector…, 0.
__attribute__((__noreturn__, used)) void __libc_start(long* stack) {
    int argc = (int)stack[0];
    char** argv = (char**)(stack + 1);
    environ = argv + argc + 1;
    char** end = environ;
    while (*end) end++;
    __auxiliary_vector = (unsigned long*)(end + 1);
    __tls_start();
    if (argc > 0) note_name(argv[0]);
    run_initializers(__preinit_array_start, __preinit_array_end, argc, argv);
    run_initializers(__init_array_start, __init_array_end, argc, argv);
    exit(main(argc, argv, environ));
}
