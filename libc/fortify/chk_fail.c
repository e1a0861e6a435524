// Where every failed check of a buffer ends.
#include "fatal.h"
#include "fortify_check.h"

void __chk_fail(void) { __libc_fatal("buffer overflow detected"); }
