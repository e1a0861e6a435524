// The kernel's heap on the host: malloc's, so that the sanitizers see every object.
#include "kernel/base/ref.h"
#include <cstdlib>

void* kmalloc(usize bytes) { return std::malloc(bytes ? bytes : 1); }
void kfree(void* pointer) { std::free(pointer); }
