// Memory that never comes back null, growing buffers, lines, patterns and escapes.
#include "user/lib/user.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void* need(void* memory) {
    if (!memory) {
        errno = ENOMEM;
        die_errno("memory");
    }
    return memory;
}

void* allocate(size_t size) { return need(calloc(1, size ? size : 1)); }
void* reallocate(void* old, size_t size) { return need(realloc(old, size ? size : 1)); }
char* copy_text(const char* text) { return copy_bytes(text, strlen(text)); }

char* copy_bytes(const char* text, size_t length) {
    char* copy = allocate(length + 1);
    memcpy(copy, text, length);
    return copy;
}

char* format_text(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char* text = allocate((size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

void buffer_add(struct Buffer* buffer, const char* bytes, size_t length) {
    if (buffer->length + length + 1 > buffer->capacity) {
        buffer->capacity = (buffer->length + length + 1) * 2;
        buffer->data = reallocate(buffer->data, buffer->capacity);
    }
    memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    buffer->data[buffer->length] = 0;
}

void buffer_put(struct Buffer* buffer, char c) { buffer_add(buffer, &c, 1); }
void buffer_text(struct Buffer* buffer, const char* text) {
    buffer_add(buffer, text, strlen(text));
}

char* read_line(FILE* file, size_t* length, bool* newline) {
    struct Buffer line = {0};
    int c;
    while ((c = getc(file)) != EOF && c != '\n') buffer_put(&line, (char)c);
    if (newline) *newline = c == '\n';
    if (length) *length = line.length;
    if (c == EOF && !line.length) return NULL;
    return line.data ? line.data : copy_text("");
}

const char* human_size(uint64_t bytes, char out[16]) {
    static const char units[] = "BKMGTPE";
    int unit = 0;
    uint64_t tenths = bytes * 10;
    if (bytes < 1024) {
        snprintf(out, 16, "%u", (unsigned)bytes);
        return out;
    }
    for (; tenths >= 10240 && units[unit + 1]; unit++) tenths = (tenths + 512) / 1024;
    if (tenths < 100) {
        snprintf(out, 16, "%u.%u%c", (unsigned)(tenths / 10), (unsigned)(tenths % 10), units[unit]);
    } else {
        snprintf(out, 16, "%u%c", (unsigned)((tenths + 5) / 10), units[unit]);
    }
    return out;
}

bool wildcard(const char* pattern, const char* text) { return fnmatch(pattern, text, 0) == 0; }

int escape(const char** text) {
    static const char letters[] = "abfnrtv\\e\"'", values[] = "\a\b\f\n\r\t\v\\\033\"'";
    char c = **text;
    const char* place = c ? strchr(letters, c) : NULL;
    if (!c) return '\\';
    (*text)++;
    if (place) return (unsigned char)values[place - letters];
    if (c == 'c') return -1;
    int value = 0, digits = 0;
    if (c >= '0' && c <= '7') {
        for ((*text)--; digits < (c == '0' ? 4 : 3) && **text >= '0' && **text <= '7'; digits++) {
            value = value * 8 + (*(*text)++ - '0');
        }
        return value & 255;
    }
    if (c == 'x') {
        static const char hexadecimal[] = "0123456789abcdef0123456789ABCDEF";
        const char* digit;
        for (; digits < 2 && **text && (digit = strchr(hexadecimal, **text)); digits++, (*text)++) {
            value = value * 16 + (int)((digit - hexadecimal) % 16);
        }
        if (digits) return value;
    }
    (*text)--;
    return '\\';
}
