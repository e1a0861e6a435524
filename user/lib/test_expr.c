// The expressions of test and [: a recursive descent over the arguments.
#include "user/lib/user.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct Test {
    char** word;
    int count;
    int at;
    bool failed;
};

static bool any(struct Test* test);

static bool bad(struct Test* test, const char* what, const char* word) {
    if (!test->failed) warn_text("%s: %s", word ? word : "argument", what);
    test->failed = true;
    return false;
}

static long long integer(struct Test* test, const char* text) {
    char* end;
    long long value = strtoll(text, &end, 10);
    while (*end == ' ') end++;
    if (end == text || *end) bad(test, "not a whole number", text);
    return value;
}

static bool is_unary(const char* word) {
    return word[0] == '-' && word[1] && !word[2] && strchr("bcdefghknprstuwxzLSO", word[1]);
}

static bool unary(char operation, const char* text) {
    struct stat info;
    switch (operation) {
    case 'n':
        return *text != 0;
    case 'z':
        return *text == 0;
    case 't':
        return isatty(atoi(text));
    case 'r':
        return !access(text, R_OK);
    case 'w':
        return !access(text, W_OK);
    case 'x':
        return !access(text, X_OK);
    case 'h':
    case 'L':
        return !lstat(text, &info) && S_ISLNK(info.st_mode);
    default:
        break;
    }
    if (stat(text, &info)) return false;
    switch (operation) {
    case 'b':
        return S_ISBLK(info.st_mode);
    case 'c':
        return S_ISCHR(info.st_mode);
    case 'd':
        return S_ISDIR(info.st_mode);
    case 'f':
        return S_ISREG(info.st_mode);
    case 'p':
        return S_ISFIFO(info.st_mode);
    case 'S':
        return S_ISSOCK(info.st_mode);
    case 's':
        return info.st_size > 0;
    case 'g':
        return info.st_mode & S_ISGID;
    case 'u':
        return info.st_mode & S_ISUID;
    case 'k':
        return info.st_mode & S_ISVTX;
    case 'O':
        return info.st_uid == geteuid();
    default:
        return true;
    }
}

static const char* const binaries[] = {"=",   "==",  "!=",  "<",   ">",   "-eq", "-ne",
                                       "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"};

static int binary_index(const char* word) {
    for (int i = 0; i < (int)(sizeof binaries / sizeof binaries[0]); i++) {
        if (!strcmp(word, binaries[i])) return i;
    }
    return -1;
}

static bool compare_files(int operation, const char* a, const char* b) {
    struct stat one, two;
    bool have_one = !stat(a, &one), have_two = !stat(b, &two);
    if (operation == 13) {
        return have_one && have_two && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
    }
    if (operation == 12) return have_two && (!have_one || one.st_mtime < two.st_mtime);
    return have_one && (!have_two || one.st_mtime > two.st_mtime);
}

static bool binary(struct Test* test, int operation, const char* a, const char* b) {
    int order = strcmp(a, b);
    switch (operation) {
    case 0:
    case 1:
        return order == 0;
    case 2:
        return order != 0;
    case 3:
        return order < 0;
    case 4:
        return order > 0;
    default:
        break;
    }
    if (operation >= 11) return compare_files(operation, a, b);
    long long x = integer(test, a), y = integer(test, b);
    switch (operation) {
    case 5:
        return x == y;
    case 6:
        return x != y;
    case 7:
        return x < y;
    case 8:
        return x <= y;
    case 9:
        return x > y;
    default:
        return x >= y;
    }
}

static bool primary(struct Test* test) {
    int left = test->count - test->at;
    char** word = test->word + test->at;
    if (left <= 0) return bad(test, "expected", NULL);
    int operation = left >= 3 ? binary_index(word[1]) : -1;
    if (operation >= 0) {
        test->at += 3;
        return binary(test, operation, word[0], word[2]);
    }
    if (left >= 2 && !strcmp(word[0], "!")) {
        test->at++;
        return !primary(test);
    }
    if (left >= 3 && !strcmp(word[0], "(")) {
        test->at++;
        bool value = any(test);
        if (test->at >= test->count || strcmp(test->word[test->at], ")")) {
            return bad(test, "expected", ")");
        }
        test->at++;
        return value;
    }
    if (left >= 2 && is_unary(word[0])) {
        test->at += 2;
        return unary(word[0][1], word[1]);
    }
    test->at++;
    return *word[0] != 0;
}

static bool take(struct Test* test, const char* word) {
    if (test->at >= test->count || strcmp(test->word[test->at], word)) return false;
    test->at++;
    return true;
}

static bool all(struct Test* test) {
    bool value = primary(test);
    while (take(test, "-a")) value = primary(test) && value;
    return value;
}

static bool any(struct Test* test) {
    bool value = all(test);
    while (take(test, "-o")) value = all(test) || value;
    return value;
}

int test_main(int argc, char** argv) {
    if (!strcmp(last_part(argv[0]), "[")) {
        if (strcmp(argv[argc - 1], "]")) {
            warn_text("[: missing ]");
            return 2;
        }
        argc--;
    }
    if (argc < 2) return 1;
    struct Test test = {argv + 1, argc - 1, 0, false};
    bool value = any(&test);
    if (test.at < test.count) bad(&test, "unexpected", test.word[test.at]);
    return test.failed ? 2 : !value;
}
