// Translates, deletes or squeezes characters.
#include "user/lib/user.h"

#include <ctype.h>
#include <string.h>

struct Set {
    unsigned char byte[512];
    int count;
};

static void put(struct Set* set, int c) {
    if (set->count < 512) set->byte[set->count++] = (unsigned char)c;
}

static bool put_class(struct Set* set, const char** text) {
    static const struct {
        const char* name;
        int (*test)(int);
    } classes[] = {{"[:alpha:]", isalpha}, {"[:digit:]", isdigit}, {"[:alnum:]", isalnum},
                   {"[:upper:]", isupper}, {"[:lower:]", islower}, {"[:space:]", isspace},
                   {"[:punct:]", ispunct}, {"[:print:]", isprint}, {"[:cntrl:]", iscntrl}};
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        size_t length = strlen(classes[i].name);
        if (strncmp(*text, classes[i].name, length)) continue;
        for (int c = 0; c < 256; c++) {
            if (classes[i].test(c)) put(set, c);
        }
        *text += length;
        return true;
    }
    return false;
}

static int next_character(const char** text) {
    int c = (unsigned char)*(*text)++;
    return c == '\\' ? escape(text) & 255 : c;
}

static struct Set parse(const char* text) {
    struct Set set = {.count = 0};
    while (*text) {
        if (put_class(&set, &text)) continue;
        int low = next_character(&text), high = low;
        if (text[0] == '-' && text[1]) {
            text++;
            high = next_character(&text);
            if (high < low) die_text("range out of order");
        }
        for (int c = low; c <= high; c++) put(&set, c);
    }
    return set;
}

int main(int argc, char** argv) {
    begin(argv, "tr [-cds] SET1 [SET2]\n");
    bool complement = false, delete = false, squeeze = false;
    int letter, map[256], last = -1, c;
    bool in_first[256] = {false}, in_last[256] = {false};
    while ((letter = option(argc, argv, "cCds"))) {
        if (letter == 'd')
            delete = true;
        else if (letter == 's')
            squeeze = true;
        else
            complement = true;
    }
    int count = argc - option_index;
    if (count < 1 || count > 2) die_usage();
    struct Set first = parse(argv[option_index]), second = {.count = 0};
    if (count == 2) second = parse(argv[option_index + 1]);
    if (count == 1 && !delete &&!squeeze) die_usage();
    for (int i = 0; i < first.count; i++) in_first[first.byte[i]] = true;
    if (complement) {
        first.count = 0;
        for (int i = 0; i < 256; i++) {
            in_first[i] = !in_first[i];
            if (in_first[i]) put(&first, i);
        }
    }
    for (int i = 0; i < 256; i++) map[i] = i;
    for (int i = 0; !delete &&second.count && i < first.count; i++) {
        map[first.byte[i]] = second.byte[i < second.count ? i : second.count - 1];
    }
    struct Set* squeezed = second.count ? &second : &first;
    for (int i = 0; i < squeezed->count; i++) in_last[squeezed->byte[i]] = true;
    while ((c = getchar()) != EOF) {
        if (delete &&in_first[c]) continue;
        c = map[c];
        if (squeeze && c == last && in_last[c]) continue;
        putchar(c);
        last = c;
    }
    return finish(0);
}
