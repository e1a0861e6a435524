// Aliases: words that stand for other text where a command begins (POSIX XCU 2.3.1), and the
// built-ins alias and unalias.
#include "user/sh/sh.h"

#include <stdlib.h>
#include <string.h>

struct Alias {
    char *name, *text;
    struct Alias* next;
};
static struct Alias* aliases; // by name

// Where the alias is, or would be.
static struct Alias** place_of(const char* name) {
    struct Alias** place = &aliases;
    while (*place && strcmp((*place)->name, name) < 0) place = &(*place)->next;
    return place;
}

static bool is_at(struct Alias* const* place, const char* name) {
    return *place && !strcmp((*place)->name, name);
}

const char* alias_text(const char* name) {
    struct Alias** place = place_of(name);
    return is_at(place, name) ? (*place)->text : NULL;
}

static void set_alias(const char* name, const char* text) {
    struct Alias** place = place_of(name);
    if (is_at(place, name)) {
        free((*place)->text);
    } else {
        struct Alias* new = allocate(sizeof *new);
        *new = (struct Alias){.name = copy_text(name), .next = *place};
        *place = new;
    }
    (*place)->text = copy_text(text);
}

static bool remove_alias(const char* name) {
    struct Alias **place = place_of(name), *old = *place;
    if (!is_at(place, name)) return false;
    *place = old->next;
    free(old->name);
    free(old->text);
    free(old);
    return true;
}

void print_alias(const char* name, const char* text) {
    printf("%s=", name);
    print_quoted(text);
}

static int do_alias(int argc, char** argv) {
    int status = 0;
    for (struct Alias* one = argc == 1 ? aliases : NULL; one; one = one->next)
        print_alias(one->name, one->text);
    for (int i = 1; i < argc; i++) {
        char* equals = strchr(argv[i], '=');
        const char* text = alias_text(argv[i]);
        if (equals && equals > argv[i]) {
            *equals = 0;
            set_alias(argv[i], equals + 1);
        } else if (text) {
            print_alias(argv[i], text);
        } else {
            warn_text("alias: %s: not found", argv[i]);
            status = 1;
        }
    }
    return status;
}

static int do_unalias(int argc, char** argv) {
    int status = 0;
    if (argc > 1 && !strcmp(argv[1], "-a")) {
        while (aliases) remove_alias(aliases->name);
        return 0;
    }
    for (int i = 1; i < argc; i++) {
        if (remove_alias(argv[i])) continue;
        warn_text("unalias: %s: not found", argv[i]);
        status = 1;
    }
    return status;
}

const struct Builtin alias_builtins[] = {
    {"alias", do_alias, false},
    {"unalias", do_unalias, false},
    {NULL, NULL, false},
};
