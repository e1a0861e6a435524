// Copies, with the size that the compiler knew for the target. The compiler calls these by itself.
#include <string.h>

#include "fortify_check.h"

void* __memcpy_chk(void* __restrict to, const void* __restrict from, size_t length, size_t size) {
    check_room(length, size);
    return memcpy(to, from, length);
}

void* __mempcpy_chk(void* __restrict to, const void* __restrict from, size_t length, size_t size) {
    check_room(length, size);
    return mempcpy(to, from, length);
}

void* __memmove_chk(void* to, const void* from, size_t length, size_t size) {
    check_room(length, size);
    return memmove(to, from, length);
}

void* __memset_chk(void* to, int value, size_t length, size_t size) {
    check_room(length, size);
    return memset(to, value, length);
}

char* __stpcpy_chk(char* __restrict to, const char* __restrict from, size_t size) {
    size_t length = strlen(from);
    check_room(length, size - 1);
    return (char*)memcpy(to, from, length + 1) + length;
}

char* __strcpy_chk(char* __restrict to, const char* __restrict from, size_t size) {
    __stpcpy_chk(to, from, size);
    return to;
}

char* __strncpy_chk(char* __restrict to, const char* __restrict from, size_t length, size_t size) {
    check_room(length, size);
    return strncpy(to, from, length);
}

char* __stpncpy_chk(char* __restrict to, const char* __restrict from, size_t length, size_t size) {
    check_room(length, size);
    return stpncpy(to, from, length);
}

char* __strcat_chk(char* __restrict to, const char* __restrict from, size_t size) {
    size_t used = strnlen(to, size);
    check_room(used + 1, size);
    __strcpy_chk(to + used, from, size - used);
    return to;
}

char* __strncat_chk(char* __restrict to, const char* __restrict from, size_t limit, size_t size) {
    size_t used = strnlen(to, size);
    check_room(used + strnlen(from, limit) + 1, size);
    return strncat(to, from, limit);
}
