// The shell's variables: a small hash table, with export and read-only marks, and functions'
// locals.
#include "user/sh/sh.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct Variable {
    char* name;
    char* value; // null: marked but not set
    bool exported, read_only;
    struct Variable* next;
};

struct Local { // what a name was before a function made it local
    struct Variable before;
    int depth;
    struct Local* next;
};

enum { BUCKETS = 64 };
static struct Variable* table[BUCKETS];
static struct Local* locals;
static int depth;

bool is_name(const char* text, size_t length) {
    if (!length || isdigit((unsigned char)*text)) return false;
    for (size_t i = 0; i < length; i++) {
        if (!isalnum((unsigned char)text[i]) && text[i] != '_') return false;
    }
    return true;
}

static struct Variable* find(const char* name, bool create) {
    unsigned hash = 0;
    for (const char* p = name; *p; p++) hash = hash * 31 + (unsigned char)*p;
    struct Variable** slot = &table[hash % BUCKETS];
    for (; *slot; slot = &(*slot)->next) {
        if (!strcmp((*slot)->name, name)) return *slot;
    }
    if (!create) return NULL;
    *slot = allocate(sizeof **slot);
    (*slot)->name = copy_text(name);
    return *slot;
}

const char* variable(const char* name) {
    struct Variable* found = find(name, false);
    return found ? found->value : NULL;
}

static bool writable(const char* name) {
    struct Variable* found = find(name, false);
    if (!found || !found->read_only) return true;
    warn_text("%s: is read only", name);
    return false;
}

bool set_variable(const char* name, const char* value) {
    if (!writable(name)) return false;
    struct Variable* target = find(name, true);
    char* old = target->value; // `value` may point into it
    target->value = copy_text(value);
    free(old);
    if (shell.export_all) target->exported = true;
    return true;
}

bool unset_variable(const char* name) {
    if (!writable(name)) return false;
    struct Variable* target = find(name, false);
    if (target) {
        free(target->value);
        target->value = NULL;
        target->exported = false;
    }
    return true;
}

void export_variable(const char* name) { find(name, true)->exported = true; }
void protect_variable(const char* name) { find(name, true)->read_only = true; }

void variables_import(char** environment) {
    for (; *environment; environment++) {
        const char* equals = strchr(*environment, '=');
        if (!equals || !is_name(*environment, (size_t)(equals - *environment))) continue;
        char* name = copy_bytes(*environment, (size_t)(equals - *environment));
        set_variable(name, equals + 1);
        export_variable(name);
        free(name);
    }
}

void print_quoted(const char* value) {
    putchar('\'');
    for (; *value; value++) {
        if (*value == '\'') {
            fputs("'\\''", stdout);
        } else {
            putchar(*value);
        }
    }
    puts("'");
}

void print_variables(bool exported, const char* prefix) {
    struct Names names = {0};
    for (int i = 0; i < BUCKETS; i++) {
        for (struct Variable* v = table[i]; v; v = v->next) {
            if (v->value && (!exported || v->exported)) names_add(&names, copy_text(v->name));
        }
    }
    names_sort(&names);
    for (size_t i = 0; i < names.count; i++) {
        printf("%s%s=", prefix, names.name[i]);
        print_quoted(variable(names.name[i]));
    }
    names_free(&names);
}

char** exported_environment(struct Arena* arena) {
    size_t count = 0;
    for (int i = 0; i < BUCKETS; i++) {
        for (struct Variable* v = table[i]; v; v = v->next) count += v->exported && v->value;
    }
    char** list = arena_take(arena, (count + 1) * sizeof *list);
    count = 0;
    for (int i = 0; i < BUCKETS; i++) {
        for (struct Variable* v = table[i]; v; v = v->next) {
            if (!v->exported || !v->value) continue;
            size_t length = strlen(v->name) + strlen(v->value) + 2;
            list[count] = arena_take(arena, length);
            snprintf(list[count++], length, "%s=%s", v->name, v->value);
        }
    }
    return list;
}

void variables_push(void) { depth++; }

void make_local(const char* name) {
    struct Variable* target = find(name, true);
    struct Local* local = allocate(sizeof *local);
    local->before = *target;
    local->depth = depth;
    local->next = locals;
    locals = local;
    target->value = target->value ? copy_text(target->value) : NULL;
}

void variables_pop(void) {
    while (locals && locals->depth == depth) {
        struct Local* local = locals;
        struct Variable* target = find(local->before.name, true);
        free(target->value);
        target->value = local->before.value;
        target->exported = local->before.exported;
        target->read_only = local->before.read_only;
        locals = local->next;
        free(local);
    }
    depth--;
}
