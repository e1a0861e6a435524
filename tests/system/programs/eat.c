// Touches memory until there is none. eat [fork]: several processes at once.
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void eat(void) {
    for (;;) {
        char* area =
            mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (area == MAP_FAILED) _exit(3);
        memset(area, 1, 1 << 20);
    }
}

int main(int argc, char** argv) {
    (void)argv;
    int ended = 0;
    if (argc == 1) eat();
    for (int i = 0; i < 4; i++)
        if (fork() == 0) eat();
    while (wait(NULL) > 0) ended++;
    printf("%d ended\n", ended);
    return 0;
}
