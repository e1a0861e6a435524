// Sorts lines.
#include "user/lib/user.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool numeric, reverse, unique, fold, blanks;
static int key; // 1-based field, 0: the whole line
static char separator;
static struct Names lines;

static const char* key_of(const char* line) {
    for (int i = 1; i < key; i++) {
        if (separator) {
            line += strcspn(line, (char[]){separator, 0});
            if (*line) line++;
        } else {
            while (isspace((unsigned char)*line)) line++;
            while (*line && !isspace((unsigned char)*line)) line++;
        }
    }
    while (blanks && isspace((unsigned char)*line)) line++;
    return line;
}

static int compare_text(const char* a, const char* b) {
    for (;; a++, b++) {
        int x = (unsigned char)*a, y = (unsigned char)*b;
        if (fold) {
            x = toupper(x);
            y = toupper(y);
        }
        if (x != y || !x) return x - y;
    }
}

static int compare_keys(const char* a, const char* b) {
    if (!numeric) return compare_text(key_of(a), key_of(b));
    double x = strtod(key_of(a), NULL), y = strtod(key_of(b), NULL);
    return x < y ? -1 : x > y;
}

static int compare(const void* a, const void* b) {
    const char *x = *(char*const*)a, *y = *(char*const*)b;
    int order = compare_keys(x, y);
    if (!order && !unique) order = strcmp(x, y);
    return reverse ? -order : order;
}

static int gather(const char* path) {
    FILE* file = open_stream(path);
    if (!file) return 2;
    char* line;
    while ((line = read_line(file, NULL, NULL))) names_add(&lines, line);
    if (file != stdin) fclose(file);
    return 0;
}

int main(int argc, char** argv) {
    begin(argv, "sort [-nrufb] [-k FIELD] [-t CHARACTER] [-o FILE] [FILE...]\n");
    const char* output = NULL;
    int letter;
    while ((letter = option(argc, argv, "nrufbk:t:o:"))) {
        switch (letter) {
        case 'n':
            numeric = true;
            break;
        case 'r':
            reverse = true;
            break;
        case 'u':
            unique = true;
            break;
        case 'f':
            fold = true;
            break;
        case 'b':
            blanks = true;
            break;
        case 'k':
            key = atoi(option_value);
            numeric |= strchr(option_value, 'n') != NULL;
            reverse |= strchr(option_value, 'r') != NULL;
            break;
        case 't':
            separator = *option_value;
            break;
        default:
            output = option_value;
            break;
        }
    }
    int status = for_operands(argc, argv, gather);
    if (lines.count) qsort(lines.name, lines.count, sizeof *lines.name, compare);
    if (output && !freopen(output, "w", stdout)) die_errno(output);
    for (size_t i = 0; i < lines.count; i++) {
        bool again = unique && i && !compare_keys(lines.name[i - 1], lines.name[i]);
        if (!again) puts(lines.name[i]);
    }
    return finish(status);
}
