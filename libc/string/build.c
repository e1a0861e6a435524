// Copying and joining strings.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

char* stpcpy(char* __restrict target, const char* __restrict source) {
    size_t length = strlen(source);
    return (char*)memcpy(target, source, length + 1) + length;
}

char* strcpy(char* __restrict target, const char* __restrict source) {
    return memcpy(target, source, strlen(source) + 1);
}

char* stpncpy(char* __restrict target, const char* __restrict source, size_t size) {
    size_t length = strnlen(source, size);
    memcpy(target, source, length);
    memset(target + length, 0, size - length);
    return target + length;
}

char* strncpy(char* __restrict target, const char* __restrict source, size_t size) {
    stpncpy(target, source, size);
    return target;
}

char* strcat(char* __restrict target, const char* __restrict source) {
    strcpy(target + strlen(target), source);
    return target;
}

char* strncat(char* __restrict target, const char* __restrict source, size_t limit) {
    size_t length = strnlen(source, limit);
    char* end = target + strlen(target);
    memcpy(end, source, length);
    end[length] = 0;
    return target;
}

size_t strlcpy(char* __restrict target, const char* __restrict source, size_t size) {
    size_t length = strlen(source);
    if (size) {
        size_t copied = length < size ? length : size - 1;
        memcpy(target, source, copied);
        target[copied] = 0;
    }
    return length;
}

size_t strlcat(char* __restrict target, const char* __restrict source, size_t size) {
    size_t used = strnlen(target, size);
    return used + strlcpy(target + used, source, size - used);
}

size_t strxfrm(char* __restrict target, const char* __restrict source, size_t size) {
    size_t length = strlen(source);
    if (length < size) memcpy(target, source, length + 1);
    return length;
}

char* strndup(const char* source, size_t limit) {
    size_t length = strnlen(source, limit);
    char* copy = malloc(length + 1);
    if (!copy) return 0;
    memcpy(copy, source, length);
    copy[length] = 0;
    return copy;
}

char* strdup(const char* source) { return strndup(source, PTRDIFF_MAX); }
