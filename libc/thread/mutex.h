// The bits of a mutex's kind.
#pragma once

enum {
    MUTEX_TYPE = 3, // PTHREAD_MUTEX_NORMAL …
    MUTEX_ROBUST = 4,
    MUTEX_SHARED = 8,
    MUTEX_INCONSISTENT = 16, // its owner died, and nobody has said that all is well again
};
