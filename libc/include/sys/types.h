// The system's types (POSIX <sys/types.h>).
#pragma once
#include <bits/types.h>
#include <endian.h>
#include <sys/select.h>
#include <sys/sysmacros.h>
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned u_int;
typedef unsigned long u_long;
typedef uint8_t u_int8_t;
typedef uint16_t u_int16_t;
typedef uint32_t u_int32_t;
typedef uint64_t u_int64_t;
typedef unsigned short ushort;
typedef unsigned uint;
typedef unsigned long ulong;
typedef char* caddr_t;
