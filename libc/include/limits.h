// Limits of the integer types and of the system (C17 5.2.4.2.1, POSIX <limits.h>).
#pragma once
#include <uapi/fcntl.h>

#define CHAR_BIT 8
#define SCHAR_MAX 127
#define SCHAR_MIN (-128)
#define UCHAR_MAX 255
#define CHAR_MAX SCHAR_MAX
#define CHAR_MIN SCHAR_MIN
#define SHRT_MAX 32767
#define SHRT_MIN (-32768)
#define USHRT_MAX 65535
#define INT_MAX __INT_MAX__
#define INT_MIN (-INT_MAX - 1)
#define UINT_MAX (INT_MAX * 2u + 1u)
#define LONG_MAX __LONG_MAX__
#define LONG_MIN (-LONG_MAX - 1L)
#define ULONG_MAX (LONG_MAX * 2uL + 1uL)
#define LLONG_MAX __LONG_LONG_MAX__
#define LLONG_MIN (-LLONG_MAX - 1LL)
#define ULLONG_MAX (LLONG_MAX * 2uLL + 1uLL)
#define SSIZE_MAX LONG_MAX
#define MB_LEN_MAX 16

#define ARG_MAX 131072
#define HOST_NAME_MAX 64
#define LINE_MAX 2048
#define LOGIN_NAME_MAX 256
#define NGROUPS_MAX 65536
#define NL_ARGMAX 32
#define OPEN_MAX 1024
#define SYMLOOP_MAX 40
#define TTY_NAME_MAX 32
#define PTHREAD_KEYS_MAX 128
#define PTHREAD_STACK_MIN 16384
#define PTHREAD_DESTRUCTOR_ITERATIONS 4
#define SEM_VALUE_MAX INT_MAX
#define _POSIX_PATH_MAX 256
#define _POSIX_HOST_NAME_MAX 255
