// Every system call with arguments made of garbage, by both doors, tens of thousands of times from
// a fixed seed. The kernel must answer each with a value or an errno: no panic, no hang, nothing
// leaked. What could end the test or reach outside of it is left out, and it runs without rights,
// in a directory of its own.
#include "tests/guest/test.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { last_call = 450, rounds = 16, calls_a_round = 2500 };

// Of x86-64: what ends, forks, waits for ever, or acts on others.
static const short left_out64[] = {
    2,   13,  14,  15,  29,  30,  31,  34,  35,  36,  37,  38,  56,  57,  58,  59,  60,  61,
    62,  64,  65,  66,  67,  68,  69,  70,  71,  82,  85,  101, 105, 106, 109, 112, 113, 114,
    116, 117, 119, 122, 123, 128, 129, 130, 131, 140, 141, 142, 144, 153, 154, 155, 156, 157,
    158, 160, 161, 162, 163, 164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 174, 175, 176,
    179, 180, 200, 202, 203, 205, 218, 219, 227, 230, 231, 234, 240, 241, 242, 243, 244, 245,
    246, 247, 248, 249, 250, 251, 256, 257, 264, 272, 273, 279, 297, 298, 302, 303, 304, 305,
    306, 308, 310, 311, 313, 314, 316, 317, 320, 321, 322, 323, 324, 329, 334, 424, 425, 426,
    427, 428, 429, 430, 431, 432, 433, 434, 435, 437, 438, 440, 442, 443, 448, 449};
// Of i386.
static const short left_out32[] = {
    0,   1,   2,   5,   7,   8,   11,  14,  17,  21,  22,  23,  25,  26,  27,  29,  31,  32,  36,
    37,  38,  46,  48,  51,  52,  57,  61,  66,  67,  70,  71,  72,  74,  75,  79,  80,  81,  86,
    87,  88,  90,  96,  97,  101, 104, 110, 111, 112, 113, 114, 115, 117, 119, 120, 121, 123, 124,
    126, 128, 129, 131, 138, 139, 149, 154, 155, 156, 158, 162, 164, 166, 170, 172, 173, 174, 175,
    177, 178, 179, 186, 190, 203, 204, 206, 208, 210, 213, 214, 215, 216, 217, 221, 238, 240, 241,
    243, 244, 245, 246, 248, 252, 258, 264, 267, 268, 269, 270, 277, 278, 279, 280, 281, 282, 283,
    284, 285, 286, 287, 288, 289, 290, 294, 295, 302, 310, 311, 317, 335, 336, 338, 340, 341, 342,
    343, 344, 346, 347, 348, 349, 350, 351, 353, 354, 357, 358, 374, 375, 380, 384, 385, 386, 393,
    394, 395, 396, 397, 398, 399, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 421, 422, 424,
    425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 435, 437, 438, 440, 442, 443, 448, 449};

static uint64_t state = 0x9e3779b97f4a7c15u;
static uint64_t random_word(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static long* calls_made;     // shared with the children
static unsigned char* arena; // below 4 GiB, so that both doors reach it
enum { arena_size = 1 << 16 };

static long garbage(void) {
    uint64_t r = random_word();
    switch (r % 12) {
    case 0:
        return 0;
    case 1:
        return -1;
    case 2:
        return (long)(r >> 32) % 16; // perhaps a descriptor
    case 3:
        return (long)(uintptr_t)(arena + (r >> 32) % arena_size);
    case 4:
        return (long)(uintptr_t)(arena + arena_size - 1 - (r >> 32) % 64); // its end
    case 5:
        return 1L << ((r >> 32) % (8 * sizeof(long)));
    case 6:
        return (long)(r >> 16);
    case 7:
        return (long)(r >> 32) & 0xffff;
    case 8:
        return (long)0x7fffffff;
    case 9:
        return (long)(uintptr_t)(arena + ((r >> 32) % arena_size & ~(uint64_t)7));
    case 10:
        return (long)((uint64_t)1 << 63 >> (sizeof(long) == 4 ? 32 : 0));
    default:
        return (long)(r >> 32) % 256;
    }
}

static long by_int80(long number, const long* a) {
    long result;
#ifdef __x86_64__
    register long bp asm("r12") = a[5];
    asm volatile("push %%rbp; mov %%r12, %%rbp; int $0x80; pop %%rbp"
                 : "=a"(result)
                 : "a"(number), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4]), "r"(bp)
                 : "memory", "r8", "r9", "r10", "r11", "cc");
#else
    struct {
        long number, a[6];
    } all = {number, {a[0], a[1], a[2], a[3], a[4], a[5]}};
    asm volatile(
        "push %%ebx; push %%ebp; mov 4(%%eax), %%ebx; mov 24(%%eax), %%ebp; mov 8(%%eax), %%ecx;"
        "mov 12(%%eax), %%edx; mov 16(%%eax), %%esi; mov 20(%%eax), %%edi; mov (%%eax), %%eax; int $0x80;"
        "pop %%ebp; pop %%ebx"
        : "=a"(result)
        : "a"(&all)
        : "memory", "ecx", "edx", "esi", "edi", "cc");
#endif
    return result;
}

static long by_syscall(long number, const long* a) {
#ifdef __x86_64__
    long result;
    register long r10 asm("r10") = a[3];
    register long r8 asm("r8") = a[4];
    register long r9 asm("r9") = a[5];
    asm volatile("syscall"
                 : "=a"(result)
                 : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
                 : "rcx", "r11", "memory");
    return result;
#else
    return by_int80(number, a);
#endif
}

static int is_left_out(long number, const short* list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (list[i] == number) return 1;
    return 0;
}

// Memory calls may do what they like, but not to the test itself.
static int is_memory_call(long number, int native) {
    static const short native_calls[] = {9, 10, 11, 12, 25, 28, 149, 150, 151, 152, 325, 216};
    static const short compat_calls[] = {45, 91, 125, 150, 151, 152, 153, 163, 192, 219, 257, 376};
    const short* list = native ? native_calls : compat_calls;
    return is_left_out(number, list, 12);
}

static void limit(int what, rlim_t value) {
    struct rlimit to = {value, value};
    setrlimit(what, &to);
}

// Opens what the calls may find behind small numbers.
static void open_descriptors(void) {
    int ends[2];
    for (int fd = 0; fd < 64; fd++) close(fd);
    open("/dev/null", O_RDWR);
    open("/dev/zero", O_RDWR);
    open("/dev/null", O_RDWR);
    open("file.tmp", O_RDWR | O_CREAT, 0600);
    open(".", O_RDONLY);
    if (pipe2(ends, O_NONBLOCK)) _exit(9);
}

static void on_alarm(int signal) { (void)signal; }

static void one_round(int round) {
    state ^= (uint64_t)(round + 1) * 0x2545f4914f6cdd1du;
    arena = mmap((void*)0x20000000, arena_size, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    for (int i = 0; i < arena_size; i += 8) {
        uint64_t word = random_word();
        if (word % 3 == 0) word %= 64;
        if (word % 7 == 0) word = (uintptr_t)arena + word % arena_size;
        memcpy(arena + i, &word, 8);
    }
    open_descriptors();
    // A call that waits is soon interrupted.
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    struct itimerval soon = {{0, 5000}, {0, 5000}};
    setitimer(ITIMER_REAL, &soon, NULL);
    for (int i = 0; i < calls_a_round; i++) {
        int native = sizeof(long) == 8 && random_word() % 2;
        long number = (long)(random_word() % (last_call + 1)), arguments[6];
        for (int k = 0; k < 6; k++) arguments[k] = garbage();
        if (native ? is_left_out(number, left_out64, sizeof left_out64 / sizeof *left_out64)
                   : is_left_out(number, left_out32, sizeof left_out32 / sizeof *left_out32))
            continue;
        // Nobody else is to get signals by it.
        if (native ? number == 72 : number == 55) arguments[1] %= F_SETOWN;
        if (is_memory_call(number, native)) { // only around the arena
            arguments[0] = (long)(uintptr_t)arena + (arguments[0] & 0xffff);
            if (native ? number == 12 : number == 45) arguments[0] = 0;
            arguments[1] &= 0x1ffff;
            if (native ? number == 9 : number == 192) arguments[3] |= MAP_FIXED;
            if (native ? number == 25 : number == 163) arguments[3] &= ~2L;
            arguments[2] &= 0x3ffff;
        }
        if (native)
            by_syscall(number, arguments);
        else
            by_int80(number, arguments);
        ++*calls_made;
        if (i % 64 == 63) open_descriptors();
    }
    _exit(0);
}

// A round in a process of its own, which may be killed by what it does to itself, not wait for
// ever.
static int run_round(int round) {
    pid_t child = fork();
    if (child == 0) {
        // A network of its own, where there is such a thing.
        if (unshare(CLONE_NEWNET)) (void)unshare(CLONE_NEWUSER | CLONE_NEWNET);
        if (getuid() == 0 && (setgid(65534) || setuid(65534))) _exit(8);
        limit(RLIMIT_NPROC, 0);
        limit(RLIMIT_FSIZE, 1 << 20);
        limit(RLIMIT_AS, 256 << 20);
        limit(RLIMIT_CORE, 0);
        setsid();
        one_round(round);
    }
    for (int waits = 0; waits < 250; waits++) {
        int status;
        if (waitpid(child, &status, WNOHANG) == child) return 0;
        usleep(20000);
    }
    kill(child, SIGKILL); // it waits for something: a call may
    return waitpid(child, NULL, 0) != child;
}

static long free_kib(void) {
    char line[128];
    long kib = 0;
    FILE* f = fopen("/proc/meminfo", "r");
    while (f && fgets(line, sizeof line, f)) sscanf(line, "MemFree: %ld", &kib);
    if (f) fclose(f);
    return kib;
}

static void clean_up(void) {
    if (chdir("..")) return;
    if (system("rm -rf garbage.tmp")) return;
}

int main(int argc, char** argv) {
    if (argc > 1) state ^= strtoull(argv[1], NULL, 0); // another seed
    mkdir("garbage.tmp", 0777);
    chmod("garbage.tmp", 0777);
    CHECK_EQ(chdir("garbage.tmp"), 0);
    calls_made = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    run_round(0);
    *calls_made = 0;
    long before = free_kib();
    for (int round = 0; round < rounds; round++) CHECK_EQ(run_round(round), 0);
    long lost = before - free_kib();
    CHECK(*calls_made > rounds * calls_a_round / 8); // many are left out, some kill
    // On a Linux that others use too the figure says nothing.
    if (access("/proc/sys/kernel/osrelease", F_OK) == 0 && access("/usr/bin", F_OK) == 0) lost = 0;
    if (lost > 512) printf("%ld KiB lost\n", lost);
    CHECK(lost <= 512);
    clean_up();
    return test_end();
}
