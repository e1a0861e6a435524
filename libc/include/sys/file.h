// Locks on whole files (flock(2)).
#pragma once
#include <fcntl.h>
__BEGIN_DECLS
int flock(int, int);
__END_DECLS
