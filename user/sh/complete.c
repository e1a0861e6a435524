// What Tab offers: commands where a command stands, file names elsewhere.
#include "user/sh/sh.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void offer(struct Names* out, const char* name, const char* prefix) {
    if (strncmp(name, prefix, strlen(prefix))) return;
    for (size_t i = 0; i < out->count; i++) {
        if (!strcmp(out->name[i], name)) return;
    }
    names_add(out, copy_text(name));
}

static void complete_command(const char* prefix, struct Names* out) {
    static const struct Builtin* const tables[] = {builtins, shell_builtins, job_builtins};
    for (size_t i = 0; i < 3; i++) {
        for (const struct Builtin* one = tables[i]; one->name; one++) offer(out, one->name, prefix);
    }
    const char* path = variable("PATH");
    if (!path) path = "/bin";
    for (;;) {
        size_t length = strcspn(path, ":");
        char* directory = copy_bytes(path, length);
        struct Names names;
        list_directory(directory, false, &names);
        for (size_t i = 0; i < names.count; i++) offer(out, names.name[i], prefix);
        names_free(&names);
        free(directory);
        if (!path[length]) break;
        path += length + 1;
    }
}

static void complete_file(const char* word, struct Names* out) {
    const char* name = last_part(word);
    char* directory = name == word ? copy_text("") : copy_bytes(word, (size_t)(name - word));
    struct Names names;
    list_directory(*directory ? directory : ".", false, &names);
    for (size_t i = 0; i < names.count; i++) {
        if (strncmp(names.name[i], name, strlen(name)) || (names.name[i][0] == '.' && !*name))
            continue;
        char* full = format_text("%s%s", directory, names.name[i]);
        struct stat info;
        bool folder = !stat(full, &info) && S_ISDIR(info.st_mode);
        names_add(out, format_text("%s%s", full, folder ? "/" : ""));
        free(full);
    }
    names_free(&names);
    free(directory);
}

// The words that the one before the cursor may become; *start is where it begins in the line.
void complete(const char* line, size_t at, struct Names* out, size_t* start) {
    size_t begin = at;
    while (begin && !strchr(" \t;|&<>()='\"", line[begin - 1])) begin--;
    size_t before = begin;
    while (before && line[before - 1] == ' ') before--;
    bool command = !before || strchr(";|&(", line[before - 1]);
    char* word = copy_bytes(line + begin, at - begin);
    *start = begin;
    *out = (struct Names){0};
    if (command && !strchr(word, '/')) {
        complete_command(word, out);
        names_sort(out);
    } else {
        complete_file(word, out);
    }
    free(word);
}
