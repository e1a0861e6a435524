// Many programs at once, killed at random. stress SECONDS WORKERS: each worker goes round the
// kernel's services; the parent kills one of them every few milliseconds and starts another. It
// prints what it did and ends with status 0 when every worker was either killed by it or ended
// well.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint32_t seed;
static uint32_t chance(uint32_t below) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

static void expect(int ok, const char* what) {
    if (ok) return;
    printf("stress: %s: %s\n", what, strerror(errno));
    fflush(stdout);
    _exit(9);
}

// Memory may run out, since so many run at once; that isn't an error here.
static int short_of_memory(void) {
    return errno == ENOMEM || errno == ENOBUFS || errno == ENFILE || errno == EAGAIN;
}

static void echo(int fd) {
    char data[4096];
    for (ssize_t n; (n = recv(fd, data, sizeof data, 0)) > 0;)
        if (send(fd, data, n, MSG_NOSIGNAL) < 0) break;
}

// A connection to ourselves: data goes there and back.
static void tcp(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 && short_of_memory()) return;
    expect(!bind(listener, (void*)&address, length) && !listen(listener, 4), "listen");
    expect(!getsockname(listener, (void*)&address, &length), "getsockname");
    pid_t child = fork();
    if (child == 0) {
        alarm(30);
        int fd = accept(listener, NULL, NULL);
        if (fd >= 0) echo(fd);
        _exit(0);
    }
    close(listener);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (child > 0 && fd >= 0 && !connect(fd, (void*)&address, length)) {
        char out[3000], in[3000];
        memset(out, (int)chance(256), sizeof out);
        for (int round = 0; round < 20 && send(fd, out, sizeof out, MSG_NOSIGNAL) == sizeof out;
             round++) {
            ssize_t n = recv(fd, in, sizeof in, MSG_WAITALL);
            if (n != sizeof in) break;
            expect(!memcmp(in, out, sizeof in), "what came back over TCP");
        }
    }
    if (fd >= 0) close(fd);
    if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
}

static void udp(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 && short_of_memory()) return;
    expect(!bind(fd, (void*)&address, length) && !getsockname(fd, (void*)&address, &length),
           "bind");
    expect(!connect(fd, (void*)&address, length), "connect");
    for (int i = 0; i < 50; i++) {
        char data[1000] = {(char)i}, back[1000];
        if (send(fd, data, sizeof data, 0) < 0) continue;
        if (recv(fd, back, sizeof back, MSG_DONTWAIT) > 0) expect(back[0] == (char)i, "a datagram");
    }
    close(fd);
}

static void files(void) {
    char name[64], data[2000], back[2000];
    snprintf(name, sizeof name, "/tmp/stress.%d", (int)getpid());
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 && (short_of_memory() || errno == ENOSPC)) return;
    expect(fd >= 0, "open");
    expect(!unlink(name), "unlink");
    memset(data, (int)chance(256), sizeof data);
    for (int i = 0; i < 30; i++)
        if (write(fd, data, sizeof data) != sizeof data) break;
    if (pread(fd, back, sizeof back, 0) == sizeof back)
        expect(!memcmp(data, back, sizeof back), "a file");
    close(fd);
}

static void pipes_and_processes(char** argv) {
    int ends[2];
    if (pipe(ends)) {
        expect(short_of_memory() || errno == EMFILE, "pipe");
        return;
    }
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 1);
        execl(argv[0], argv[0], "say", NULL);
        _exit(0);
    }
    close(ends[1]);
    char word[16] = "";
    if (child > 0 && read(ends[0], word, sizeof word) > 0) expect(!strcmp(word, "said"), "a pipe");
    close(ends[0]);
    if (child > 0) waitpid(child, NULL, 0);
}

static void memory(void) {
    size_t size = 4096 * (1 + chance(100));
    char* area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED) return;
    for (size_t at = 0; at < size; at += 4096) area[at] = (char)at;
    pid_t child = fork();
    if (child == 0) {
        for (size_t at = 0; at < size; at += 4096) area[at] = 1;
        _exit(0);
    }
    if (child > 0) waitpid(child, NULL, 0);
    for (size_t at = 0; at < size; at += 4096) expect(area[at] == (char)at, "memory after fork");
    munmap(area, size);
}

static void worker(char** argv) {
    seed = (uint32_t)getpid() * 2654435761u;
    for (;;) switch (chance(5)) {
        case 0:
            tcp();
            break;
        case 1:
            udp();
            break;
        case 2:
            files();
            break;
        case 3:
            pipes_and_processes(argv);
            break;
        default:
            memory();
        }
}

static pid_t start(char** argv) {
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0); // its children die with it
        worker(argv);
    }
    if (pid > 0) setpgid(pid, pid);
    return pid;
}

int main(int argc, char** argv) {
    if (argc > 1 && !strcmp(argv[1], "say")) return write(1, "said", 5) != 5;
    int seconds = argc > 1 ? atoi(argv[1]) : 5, count = argc > 2 ? atoi(argv[2]) : 24, bad = 0;
    pid_t pids[64];
    if (count > 64) count = 64;
    for (int i = 0; i < count; i++) pids[i] = start(argv);
    long kills = 0;
    for (time_t end = time(NULL) + seconds; time(NULL) < end; kills++) {
        usleep(1000 * (5 + chance(50)));
        int i = (int)chance((uint32_t)count), status = 0;
        if (pids[i] > 0) {
            kill(-pids[i], SIGKILL);
            while (waitpid(pids[i], &status, 0) < 0 && errno == EINTR) {
            }
            if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) bad++;
        }
        pids[i] = start(argv);
    }
    for (int i = 0; i < count; i++) {
        if (pids[i] <= 0) continue;
        kill(-pids[i], SIGKILL);
        waitpid(pids[i], NULL, 0);
    }
    printf("workers %d killed %s bad %d\n", count, kills > 0 ? "some" : "none", bad);
    return bad != 0;
}
