// The first process: mounts /proc, brings the network up, runs the shell on the console (again and
// again) or one program, reaps orphans, and powers the machine off at the end.
#include "user/lib/net.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { LINK_WAIT = 1000 }; // milliseconds that the cable may take

static char* environment[] = {"PATH=/bin:/usr/bin:/sbin:/usr/sbin",
                              "HOME=/root",
                              "USER=root",
                              "SHELL=/bin/sh",
                              "TERM=linux",
                              NULL};

// What the ioctls on interfaces go through; -1 in a kernel without a network: then they all fail,
// and the first process goes on.
static int network = -1;

static void open_console(void) {
    int fd = open("/dev/console", O_RDWR);
    if (fd < 0) return; // the kernel's descriptors, or none: what is written is lost
    for (int i = 0; i < 3; i++) dup2(fd, i);
    if (fd > 2) close(fd);
}

static void mount_proc(void) {
    if (mount("proc", "/proc", "proc", 0, NULL) && errno != EBUSY) warn_errno("/proc");
}

static void set_name(void) {
    char name[65];
    if (read_small("/etc/hostname", name, sizeof name) <= 0) return;
    name[strcspn(name, "\n")] = 0;
    if (sethostname(name, strlen(name))) warn_errno("hostname");
}

static bool flagged(const char* name, int flag) {
    struct ifreq request;
    interface_request(&request, name);
    return !ioctl(network, SIOCGIFFLAGS, &request) && request.ifr_flags & flag;
}

static struct in_addr address_of(const char* name) {
    struct ifreq request;
    struct sockaddr_in address = {0};
    interface_request(&request, name);
    if (!ioctl(network, SIOCGIFADDR, &request)) {
        memcpy(&address, &request.ifr_addr, sizeof address);
    }
    return address.sin_addr;
}

// Up with an interface, without ending the first process if it can't be.
static bool raise_interface(const char* name) {
    struct ifreq request;
    interface_request(&request, name);
    if (ioctl(network, SIOCGIFFLAGS, &request)) return false;
    if (request.ifr_flags & IFF_UP) return true;
    request.ifr_flags |= IFF_UP;
    return !ioctl(network, SIOCSIFFLAGS, &request);
}

static void raise_loopback(void) {
    if (!raise_interface("lo") || address_of("lo").s_addr) return;
    struct sockaddr_in address = {.sin_family = AF_INET};
    struct ifreq request;
    interface_request(&request, "lo");
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memcpy(&request.ifr_addr, &address, sizeof address);
    if (ioctl(network, SIOCSIFADDR, &request)) warn_errno("lo");
}

static int run(char** argv, bool terminal);

static void raise_network(void) {
    network = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (network < 0) return;
    raise_loopback();
    if (!raise_interface("eth0") || address_of("eth0").s_addr) return;
    for (int i = 0; i < LINK_WAIT / 50 && !flagged("eth0", IFF_RUNNING); i++) usleep(50000);
    if (!flagged("eth0", IFF_RUNNING)) return;
    run((char*[]){"/bin/dhcp", "-q", "-t", "3", "eth0", NULL}, false);
}

static void banner(void) {
    struct utsname system;
    if (uname(&system)) return;
    struct in_addr address = address_of("eth0");
    printf("Plumb on %s, speaking %s %s", system.machine, system.sysname, system.release);
    if (address.s_addr) printf("; eth0 is %s", address_text(address));
    puts(". `ls /bin` shows what there is.");
    fflush(stdout);
}

// Waits for one process; every orphan that ends meanwhile is reaped too.
static int await(pid_t wanted) {
    for (;;) {
        int status;
        pid_t pid = wait(&status);
        if (pid == wanted) return status;
        if (pid < 0 && errno != EINTR) return -1;
    }
}

static void take_terminal(void) {
    setsid();
    ioctl(0, TIOCSCTTY, 1); // also from a session that has ended without giving it back
    tcsetpgrp(0, getpgrp());
}

static int run(char** argv, bool terminal) {
    pid_t pid = fork();
    if (pid < 0) {
        warn_errno("fork");
        return -1;
    }
    if (!pid) {
        if (terminal) take_terminal();
        const char* path = argv[0];
        if (terminal && *path == '-') path = "/bin/sh";
        execve(path, argv, environment);
        warn_errno(path);
        _exit(127);
    }
    return await(pid);
}

static void report(const char* program, int status) {
    if (WIFSIGNALED(status)) {
        printf("init: %s ended by signal %d\n", program, WTERMSIG(status));
    } else {
        printf("init: %s exited with status %d\n", program, WEXITSTATUS(status));
    }
}

static _Noreturn void power_off(void) {
    fflush(stdout);
    sync();
    kill(-1, SIGTERM);
    if (getpid() == 1) reboot(RB_POWER_OFF);
    warn_errno("power off");
    for (;;) pause();
}

static bool said_once(int argc, char** argv) {
    char line[2048];
    if (argc == 2 && !strcmp(argv[1], "once")) return true;
    return read_small("/proc/cmdline", line, sizeof line) > 0 && strstr(line, "init.once");
}

int main(int argc, char** argv) {
    if (getpid() != 1) {
        begin(argv, "init [once | PROGRAM [ARGUMENT...]]\n");
        die_text("only the kernel starts this, as process 1");
    }
    begin(argv, "");
    char here[2];
    if (!getcwd(here, sizeof here)) chdir("/");
    if (fcntl(1, F_GETFD) < 0) open_console();
    mount_proc();
    set_name();
    raise_network();
    bool once = said_once(argc, argv);
    if (argc > 1 && strcmp(argv[1], "once")) {
        char* path = strchr(argv[1], '/') ? argv[1] : join_path("/bin", argv[1]);
        argv[1] = path;
        report(path, run(argv + 1, true));
        power_off();
    }
    banner();
    do {
        chdir("/root");
        int status = run((char*[]){"-sh", NULL}, true);
        if (once) {
            report("/bin/sh", status);
            power_off();
        }
        // A shell that can't even start must not keep the processor busy.
        if (status && WIFEXITED(status) && WEXITSTATUS(status) == 127) sleep(1);
    } while (true);
}
