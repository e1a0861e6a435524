// Memory and string functions at every alignment, with an unreadable page right behind the data.
#include <string.h>
#include <sys/mman.h>

#include "check.h"

enum { PAGE = 4096 };
static char* guarded(void) { // a page between two that can't be touched
    char* pages = mmap(0, 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + PAGE, PAGE, PROT_READ | PROT_WRITE)) abort();
    return pages + PAGE;
}

static void fill(char* at, size_t length) {
    for (size_t i = 0; i < length; i++) at[i] = (char)(1 + next_random() % 120);
}

static void lengths(char* page) {
    for (size_t length = 0; length < 130; length++) {
        char* text = page + PAGE - length - 1;
        fill(text, length);
        text[length] = 0;
        CHECK(strlen(text) == length);
        CHECK(strnlen(text, length + 5) == length && strnlen(text, length / 2) == length / 2);
        CHECK(strchr(text, 0) == text + length && strchr(text, 127) == 0);
        CHECK(strrchr(text, 127) == 0 && memchr(text, 127, length + 1) == 0);
        CHECK(strchrnul(text, 127) == text + length);
        if (length) {
            text[length - 1] = 127;
            CHECK(strchr(text, 127) == text + length - 1 &&
                  strrchr(text, 127) == text + length - 1);
            CHECK(memchr(text, 127, length) == text + length - 1);
            CHECK(memrchr(text, 127, length) == text + length - 1);
        }
        CHECK(strspn(text, "") == 0 && strcspn(text, "") == length);
    }
}

static void copies(char* source, char* target) {
    for (size_t length = 0; length < 200; length++) {
        char *from = source + PAGE - length, *to = target + PAGE - length;
        fill(from, length);
        memset(target, 0, PAGE);
        CHECK(memcpy(to, from, length) == to && !memcmp(to, from, length));
        CHECK(length == 0 || to[-1] == 0);
        CHECK(memset(to, 7, length) == to);
        for (size_t i = 0; i < length; i++) CHECK(to[i] == 7);
        CHECK(to[-1] == 0);
    }
    for (size_t length = 1; length < 150; length++) {
        char *from = source + PAGE - length, *to = target;
        fill(from, length - 1);
        from[length - 1] = 0;
        CHECK(stpcpy(to, from) == to + length - 1 && !strcmp(to, from));
        CHECK(strncpy(target + PAGE - length, from, length) &&
              !strcmp(target + PAGE - length, from));
        CHECK(strlcpy(to, from, 10) == length - 1 &&
              strlen(to) == (length - 1 < 9 ? length - 1 : 9));
    }
}

static void moves(void) {
    char expected[400], actual[400];
    for (int round = 0; round < 3000; round++) {
        for (int i = 0; i < 400; i++) expected[i] = actual[i] = (char)next_random();
        size_t length = next_random() % 190, from = next_random() % 200, to = next_random() % 200;
        char kept[200];
        for (size_t i = 0; i < length; i++) kept[i] = expected[from + i];
        for (size_t i = 0; i < length; i++) expected[to + i] = kept[i];
        memmove(actual + to, actual + from, length);
        CHECK(!memcmp(actual, expected, sizeof actual));
    }
}

static void searches(void) {
    for (int round = 0; round < 3000; round++) {
        char text[64], wanted[6];
        size_t length = next_random() % 60, size = next_random() % 5;
        for (size_t i = 0; i < length; i++) text[i] = (char)('a' + next_random() % 2);
        for (size_t i = 0; i < size; i++) wanted[i] = (char)('a' + next_random() % 2);
        text[length] = wanted[size] = 0;
        char* found = 0;
        for (size_t i = 0; i + size <= length && !found; i++)
            if (!strncmp(text + i, wanted, size)) found = text + i;
        CHECK(strstr(text, wanted) == found);
        CHECK(memmem(text, length, wanted, size) == found);
        CHECK(strcasestr(text, wanted) == found);
    }
    char line[] = ",a,,b;c", *state, *rest = line;
    CHECK(!strcmp(strtok_r(line, ",;", &state), "a") && !strcmp(strtok_r(0, ",;", &state), "b"));
    CHECK(!strcmp(strtok_r(0, ",;", &state), "c") && !strtok_r(0, ",;", &state));
    CHECK(!strcmp(strsep(&rest, ","), "") && !strcmp(strsep(&rest, ","), "a"));
    CHECK(strcmp("a\xff", "a\x01") > 0 && memcmp("\xff", "\x01", 1) > 0 &&
          strcasecmp("HeLLo", "hEllO") == 0);
    CHECK(strncmp("abc", "abd", 2) == 0 && strncasecmp("ABx", "aby", 2) == 0);
}

int main(void) {
    char *one = guarded(), *two = guarded();
    lengths(one);
    copies(one, two);
    moves();
    searches();
    return report();
}
