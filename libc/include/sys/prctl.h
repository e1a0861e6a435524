// Properties of a process (prctl(2)).
#pragma once
#include <features.h>
#include <uapi/process.h>
__BEGIN_DECLS
int prctl(int, ...);
__END_DECLS
