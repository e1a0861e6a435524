// File name patterns, one directory level at a time.
#include "user/sh/sh.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_pattern(const char* text) {
    for (; *text; text++) {
        if (*text == '\\' && text[1]) {
            text++;
        } else if (strchr("*?[", *text)) {
            return true;
        }
    }
    return false;
}

static char* unescape(const char* text) {
    struct Buffer out = {0};
    for (; *text; text++) {
        if (*text == '\\' && text[1]) text++;
        buffer_put(&out, *text);
    }
    return out.data ? out.data : copy_text("");
}

// Matches what is left of the pattern below `base` (which ends in a slash or is empty).
static void descend(const char* base, const char* pattern, struct Names* out) {
    while (*pattern == '/') {
        char* deeper = format_text("%s/", base);
        descend(deeper, pattern + 1, out);
        free(deeper);
        return;
    }
    size_t length = strcspn(pattern, "/");
    char* part = copy_bytes(pattern, length);
    const char* rest = pattern + length;
    struct stat info;
    if (!is_pattern(part)) {
        char* plain = unescape(part);
        char* path = format_text("%s%s", base, plain);
        if (*rest) {
            descend(path, rest, out);
        } else if (!lstat(*path ? path : ".", &info)) {
            names_add(out, copy_text(path));
        }
        free(plain);
        free(path);
        free(part);
        return;
    }
    struct Names names;
    list_directory(*base ? base : ".", true, &names);
    for (size_t i = 0; i < names.count; i++) {
        if ((names.name[i][0] == '.' && part[0] != '.') || !wildcard(part, names.name[i])) continue;
        char* path = format_text("%s%s", base, names.name[i]);
        if (!*rest) {
            names_add(out, copy_text(path));
        } else if (!stat(path, &info) && S_ISDIR(info.st_mode)) {
            descend(path, rest, out);
        }
        free(path);
    }
    names_free(&names);
    free(part);
}

bool glob_fields(const char* pattern, struct Names* out) {
    struct Names found = {0};
    descend("", pattern, &found);
    names_sort(&found);
    for (size_t i = 0; i < found.count; i++) names_add(out, found.name[i]);
    free(found.name);
    return found.count > 0;
}
