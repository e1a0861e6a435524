// Where threads get their memory.
#pragma once
#include <pthread.h>

#include "tcb.h"

// Memory for a thread with a control block in it, all else there zero. *stack_top is aligned to 64.
// Null: no memory.
struct tcb* __stack_make(const pthread_attr_t*, void** stack_top);
