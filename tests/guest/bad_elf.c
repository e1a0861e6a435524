// Programs with errors in them: thousands of copies of this one's own beginning, changed at random
// from a fixed seed, go through execve. Each gives an errno, runs, or is killed; the kernel goes
// on, and its memory comes back.
#include "tests/guest/test.h"
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { copies = 1500, image_size = 512, code_at = 0x180 };

static uint32_t state = 12345;
static uint32_t random_word(void) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

// exit(0) by int 0x80, which both architectures have: mov $1, %eax; xor %ebx, %ebx; int $0x80.
static const unsigned char code[] = {0xb8, 1, 0, 0, 0, 0x31, 0xdb, 0xcd, 0x80};

static void make64(unsigned char* image) {
    Elf64_Ehdr header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
                         .e_type = ET_EXEC,
                         .e_machine = EM_X86_64,
                         .e_version = EV_CURRENT,
                         .e_entry = 0x400000 + code_at,
                         .e_phoff = sizeof(Elf64_Ehdr),
                         .e_ehsize = sizeof(Elf64_Ehdr),
                         .e_phentsize = sizeof(Elf64_Phdr),
                         .e_phnum = 2};
    Elf64_Phdr parts[2] = {
        {PT_LOAD, PF_R | PF_X, 0, 0x400000, 0x400000, image_size, image_size, 0x1000},
        {PT_LOAD, PF_R | PF_W, 0, 0x402000, 0x402000, image_size, 0x3000, 0x1000}};
    memcpy(image, &header, sizeof header);
    memcpy(image + sizeof header, parts, sizeof parts);
}

static void make32(unsigned char* image) {
    Elf32_Ehdr header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, EV_CURRENT},
                         .e_type = ET_EXEC,
                         .e_machine = EM_386,
                         .e_version = EV_CURRENT,
                         .e_entry = 0x400000 + code_at,
                         .e_phoff = sizeof(Elf32_Ehdr),
                         .e_ehsize = sizeof(Elf32_Ehdr),
                         .e_phentsize = sizeof(Elf32_Phdr),
                         .e_phnum = 2};
    Elf32_Phdr parts[2] = {
        {PT_LOAD, 0, 0x400000, 0x400000, image_size, image_size, PF_R | PF_X, 0x1000},
        {PT_LOAD, 0, 0x402000, 0x402000, image_size, 0x3000, PF_R | PF_W, 0x1000}};
    memcpy(image, &header, sizeof header);
    memcpy(image + sizeof header, parts, sizeof parts);
}

static void make(unsigned char* image, int wide) {
    memset(image, 0, image_size);
    if (wide)
        make64(image);
    else
        make32(image);
    memcpy(image + code_at, code, sizeof code);
}

// Numbers that are near a limit more often than not.
static void change(unsigned char* image) {
    static const uint64_t edges[] = {0,
                                     1,
                                     0xff,
                                     0xfff,
                                     0x1000,
                                     0x7fffffff,
                                     0x80000000,
                                     0xffffffff,
                                     0xfffffffffffff000,
                                     0x7fffffffffffffff,
                                     0x8000000000000000,
                                     ~(uint64_t)0,
                                     0x7ffffffff000,
                                     3,
                                     6,
                                     7};
    int times = 1 + random_word() % 3;
    for (int i = 0; i < times; i++) {
        uint32_t at = random_word() % 176, size = 1u << random_word() % 4;
        uint64_t value = edges[random_word() % 16];
        if (random_word() % 3 == 0) value = (uint64_t)random_word() << 32 | random_word();
        memcpy(image + at, &value, size);
    }
}

// Ends like the program would if it were sound: 0; its wait status otherwise, -1 for one that
// hangs.
static int run(const unsigned char* image, size_t size) {
    int fd = open("elf.tmp", O_WRONLY | O_CREAT | O_TRUNC, 0755);
    if (fd < 0 || write(fd, image, size) != (ssize_t)size) return -2;
    close(fd);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit none = {0, 0}, room = {256 << 20, 256 << 20};
        setrlimit(RLIMIT_CORE, &none);
        setrlimit(RLIMIT_AS, &room);
        alarm(2);
        execl("./elf.tmp", "elf.tmp", NULL);
        _exit(100);
    }
    int status;
    if (waitpid(child, &status, 0) != child) return -1;
    unlink("elf.tmp");
    return status;
}

static long free_kib(void) {
    char line[128];
    long kib = 0;
    FILE* f = fopen("/proc/meminfo", "r");
    while (f && fgets(line, sizeof line, f)) sscanf(line, "MemFree: %ld", &kib);
    if (f) fclose(f);
    return kib;
}

int main(void) {
    unsigned char image[image_size];
    for (int wide = 0; wide < 2; wide++) {
        make(image, wide);
        CHECK_EQ(run(image, image_size), 0);
        for (size_t cut = 0; cut < 128; cut += 7) CHECK(run(image, cut) > 0); // refused, or killed
    }
    long before = free_kib();
    int refused = 0, killed = 0, fine = 0, odd = 0;
    for (int i = 0; i < copies; i++) {
        make(image, i % 2);
        change(image);
        int status = run(image, image_size);
        if (status == 0)
            fine++;
        else if (status > 0 && WIFSIGNALED(status))
            killed++;
        else if (status > 0 && WEXITSTATUS(status) == 100)
            refused++;
        else
            odd++;
    }
    CHECK_EQ(odd, 0);
    CHECK(fine > copies / 10 && refused > copies / 10 && killed > copies / 50);
    // Where others use the machine too, the figure says nothing.
    CHECK(access("/usr/bin", F_OK) == 0 || before - free_kib() < 256);
    return test_end();
}
