// The auxiliary vector that the kernel hands to a program (getauxval(3)).
#pragma once
#include <features.h>
#include <uapi/elf.h>
__BEGIN_DECLS
unsigned long getauxval(unsigned long);
__END_DECLS
