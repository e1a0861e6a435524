// See fatal.h; and the end that the compiler's stack protector calls for.
#include "fatal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

void __libc_fatal(const char* message) {
    struct iovec parts[3] = {
        {(void*)"*** ", 4}, {(void*)message, strlen(message)}, {(void*)" ***: terminated\n", 17}};
    writev(2, parts, 3);
    abort();
}

void __stack_chk_fail(void);
void __stack_chk_fail(void) { __libc_fatal("stack smashing detected"); }
