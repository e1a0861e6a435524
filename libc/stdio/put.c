// Writing characters, strings and blocks.
#include <string.h>

#include "stream.h"

int fputc(int character, FILE* stream) {
    return STREAM_LOCKED(stream, int, stream_put(stream, character));
}
strong_alias(fputc, putc)

    int putc_unlocked(int character, FILE* stream) {
    return stream_put(stream, character);
}
strong_alias(putc_unlocked, fputc_unlocked)

    int putchar(int character) {
    return fputc(character, stdout);
}
int putchar_unlocked(int character) { return stream_put(stdout, character); }

size_t fwrite_unlocked(const void* __restrict data, size_t size, size_t count,
                       FILE* __restrict stream) {
    size_t length = size * count;
    if (length == 0) return 0;
    return __stream_write(stream, data, length) == length ? count : 0;
}

size_t fwrite(const void* __restrict data, size_t size, size_t count, FILE* __restrict stream) {
    return STREAM_LOCKED(stream, size_t, fwrite_unlocked(data, size, count, stream));
}

int fputs_unlocked(const char* __restrict string, FILE* __restrict stream) {
    size_t length = strlen(string);
    return __stream_write(stream, string, length) == length ? 1 : EOF;
}

int fputs(const char* __restrict string, FILE* __restrict stream) {
    return STREAM_LOCKED(stream, int, fputs_unlocked(string, stream));
}

int puts(const char* string) {
    int locked = stream_lock(stdout);
    int result = fputs_unlocked(string, stdout) == EOF ? EOF : stream_put(stdout, '\n');
    stream_unlock(stdout, locked);
    return result == EOF ? EOF : 1;
}
