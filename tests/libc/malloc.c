// The heap under random load: contents stay, blocks don't overlap, memory goes back, misuse is
// caught.
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

enum { SLOTS = 500, ROUNDS = 60000 };
static struct {
    unsigned char* data;
    size_t length;
    unsigned char pattern;
} slots[SLOTS];

static int intact(int i) {
    for (size_t k = 0; k < slots[i].length; k++)
        if (slots[i].data[k] != slots[i].pattern) return 0;
    return 1;
}

static void set(int i, size_t length) {
    slots[i].length = length;
    slots[i].pattern = (unsigned char)next_random();
    memset(slots[i].data, slots[i].pattern, length);
}

static size_t some_size(void) {
    unsigned kind = next_random() % 100;
    return next_random() % (kind < 70 ? 200 : kind < 95 ? 5000 : kind < 99 ? 40000 : 400000);
}

static void load(void) {
    int good = 1;
    for (int round = 0; round < ROUNDS; round++) {
        int i = (int)(next_random() % SLOTS);
        size_t length = some_size();
        if (!slots[i].data) {
            if (next_random() % 4 == 0) {
                slots[i].data = calloc(1, length);
                for (size_t k = 0; k < length; k++) good &= slots[i].data[k] == 0;
            } else {
                slots[i].data = malloc(length);
            }
            good &= slots[i].data && (uintptr_t)slots[i].data % 16 == 0;
            set(i, length);
        } else if (next_random() % 3 == 0) {
            size_t kept = length < slots[i].length ? length : slots[i].length;
            slots[i].data = realloc(slots[i].data, length + 1);
            slots[i].length = kept;
            good &= intact(i);
            set(i, length);
        } else {
            good &= intact(i);
            free(slots[i].data);
            slots[i].data = 0;
        }
    }
    CHECK(good);
    for (int i = 0; i < SLOTS; i++) free(slots[i].data);
}

static long resident_pages(void) {
    long total, resident = 0;
    FILE* file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &total, &resident) != 2) abort();
    fclose(file);
    return resident;
}

static void gives_back(void) {
    static void* blocks[20000];
    long before = resident_pages();
    for (int i = 0; i < 20000; i++) memset(blocks[i] = malloc(1000), 1, 1000);
    CHECK(resident_pages() > before + 4000);
    for (int i = 0; i < 20000; i++) free(blocks[i]);
    CHECK(resident_pages() < before + 200);
}

static int dies_of(void (*misuse)(void)) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(2);
        misuse();
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void* volatile block;
static void double_free(void) { free(block = malloc(40)), free(block); }
static void double_free_large(void) { free(block = malloc(100000)), free(block); }
static void inside(void) { block = malloc(200), free((char*)block + 16); }
static void on_stack(void) {
    static char memory[4096] __attribute__((aligned(64)));
    free(memory + 64);
}

// Small aligned objects lie together, and stay apart.
static void aligned(void) {
    enum { COUNT = 4000 };
    static unsigned char* blocks[COUNT];
    long before = resident_pages();
    int good = 1;
    for (size_t i = 0; i < COUNT; i++) {
        size_t align = (size_t)16 << i % 4, length = i * 7 % 200;
        blocks[i] = memalign(align, length);
        good &= blocks[i] && (uintptr_t)blocks[i] % align == 0;
        memset(blocks[i], (int)i, length);
    }
    CHECK(resident_pages() < before + 400);
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < i * 7 % 200; k++) good &= blocks[i][k] == (unsigned char)i;
        free(blocks[i]);
    }
    CHECK(good);
}

int main(void) {
    load();
    gives_back();
    aligned();
    CHECK(dies_of(double_free) == SIGABRT);
    CHECK(dies_of(double_free_large) == SIGABRT);
    CHECK(dies_of(inside) == SIGABRT);
    CHECK(dies_of(on_stack) == SIGABRT || dies_of(on_stack) == SIGSEGV);
    for (size_t align = 16; align <= 1 << 20; align *= 2) {
        void* aligned = 0;
        CHECK(posix_memalign(&aligned, align, 1000) == 0 && (uintptr_t)aligned % align == 0);
        memset(aligned, 1, 1000);
        free(aligned);
        CHECK(posix_memalign(&aligned, align, 0) == 0 && (uintptr_t)aligned % align == 0);
        free(aligned);
        CHECK(posix_memalign(&aligned, align, 3 * align) == 0 && (uintptr_t)aligned % align == 0);
        free(aligned);
    }
    errno = 0;
    volatile size_t huge = SIZE_MAX / 2;
    CHECK(malloc(huge) == 0 && errno == ENOMEM);
    CHECK(calloc(huge, 4) == 0 && errno == ENOMEM);
    free(0);
    return report();
}
