// A counter as a descriptor (eventfd(2)).
#pragma once
#include <bits/types.h>
#include <uapi/fcntl.h>
#include <uapi/time.h>
__BEGIN_DECLS
#define EFD_CLOEXEC O_CLOEXEC
#define EFD_NONBLOCK O_NONBLOCK
typedef uint64_t eventfd_t;
int eventfd(unsigned, int);
int eventfd_read(int, eventfd_t*);
int eventfd_write(int, eventfd_t);
__END_DECLS
