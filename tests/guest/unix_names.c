// Names of AF_UNIX sockets: paths with their inodes, permissions and links, abstract names,
// autobind, the lengths that getsockname tells, /proc/net/unix; through each door.
#include "unix.h"

static long bind_to(int s, const char* path) {
    length = path_name(path);
    return x_bind(s, &address, length);
}

static long connect_to(int s, const char* path) {
    length = path_name(path);
    return x_connect(s, &address, length);
}

static void test_path(void) {
    umask(022);
    int s = x_socket(AF_UNIX, SOCK_STREAM, 0), t = x_socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_EQ(bind_to(s, "sock"), 0);
    struct stat status;
    CHECK_EQ(stat("sock", &status), 0);
    CHECK(S_ISSOCK(status.st_mode));
    CHECK_EQ(status.st_mode & 0777, 0755);
    CHECK_EQ(status.st_uid, geteuid());
    CHECK_ERRNO(open("sock", O_RDWR), ENXIO);
    length = sizeof other;
    memset(&other, 0x55, sizeof other);
    CHECK_EQ(x_getsockname(s, &other, &length), 0);
    CHECK_EQ(length, 2 + 5);
    CHECK_EQ(strcmp(other.sun_path, "sock"), 0);
    CHECK_ERRNO(bind_to(t, "sock"), EADDRINUSE);
    CHECK_ERRNO(bind_to(s, "sock"), EADDRINUSE);
    CHECK_ERRNO(bind_to(s, "sock2"), EINVAL);
    CHECK_ERRNO(access("sock2", F_OK), ENOENT);
    CHECK_ERRNO(connect_to(t, "sock"), ECONNREFUSED); // nobody listens
    CHECK_EQ(x_listen(s, 5), 0);
    CHECK_EQ(connect_to(t, "sock"), 0);
    length = sizeof other;
    CHECK_EQ(x_getpeername(t, &other, &length), 0);
    CHECK_EQ(length, 2 + 5);
    close(t);
    // Other names of the same inode lead there too.
    CHECK_EQ(link("sock", "hard"), 0);
    CHECK_EQ(symlink("sock", "soft"), 0);
    CHECK_EQ(rename("sock", "moved"), 0);
    t = x_socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERRNO(connect_to(t, "sock"), ENOENT);
    CHECK_ERRNO(connect_to(t, "soft"), ENOENT);
    CHECK_ERRNO(bind_to(t, "soft"), EADDRINUSE);
    CHECK_EQ(connect_to(t, "moved"), 0);
    close(t);
    t = x_socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_EQ(unlink("moved"), 0);
    CHECK_EQ(connect_to(t, "hard"), 0);
    close(t);
    int d = x_socket(AF_UNIX, SOCK_DGRAM, 0);
    CHECK_ERRNO(connect_to(d, "hard"), EPROTOTYPE);
    // The name outlives the socket.
    close(s);
    t = x_socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERRNO(connect_to(t, "hard"), ECONNREFUSED);
    CHECK_ERRNO(bind_to(t, "hard"), EADDRINUSE);
    CHECK_EQ(unlink("hard"), 0);
    CHECK_EQ(bind_to(t, "hard"), 0);
    unlink("hard");
    unlink("soft");
    close(t);
    close(d);
}

static void test_errors(void) {
    int s = x_socket(AF_UNIX, SOCK_DGRAM, 0);
    CHECK_ERRNO(bind_to(s, "no/such"), ENOENT);
    CHECK_EQ(close(open("plain", O_CREAT | O_RDWR, 0644)), 0);
    CHECK_ERRNO(bind_to(s, "plain/x"), ENOTDIR);
    CHECK_ERRNO(bind_to(s, "plain"), EADDRINUSE);
    CHECK_ERRNO(bind_to(s, "new/"), ENOENT);
    CHECK_ERRNO(bind_to(s, "."), EADDRINUSE);
    CHECK_ERRNO(connect_to(s, "plain"), ECONNREFUSED);
    CHECK_ERRNO(connect_to(s, "."), ECONNREFUSED);
    CHECK_ERRNO(connect_to(s, "none"), ENOENT);
    unlink("plain");
    path_name("x");
    CHECK_ERRNO(x_bind(s, &address, 1), EINVAL);
    CHECK_ERRNO(x_bind(s, &address, 111), EINVAL);
    CHECK_ERRNO(x_bind(s, (void*)8, 10), EFAULT);
    address.sun_family = AF_INET;
    CHECK_ERRNO(x_bind(s, &address, 5), EINVAL);
    CHECK_ERRNO(x_bind(s, &address, 2), EINVAL);
    // All 108 bytes, without a NUL.
    memset(&address, 'n', sizeof address);
    address.sun_family = AF_UNIX;
    CHECK_EQ(x_bind(s, &address, sizeof address), 0);
    static char longer[128];
    length = sizeof longer;
    CHECK_EQ(x_getsockname(s, longer, &length), 0);
    CHECK_EQ(length, 2 + 109);
    memset(longer, 'n', 108);
    longer[108] = 0;
    CHECK_EQ(unlink(longer), 0);
    close(s);
}

static void test_permission(void) {
    if (geteuid() != 0) return;
    umask(077);
    int s = x_socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_EQ(bind_to(s, "/tmp/plumb-guarded"), 0);
    CHECK_EQ(x_listen(s, 5), 0);
    pid_t child = fork();
    if (child == 0) {
        if (setuid(1234)) _exit(1);
        int t = socket(AF_UNIX, SOCK_STREAM, 0);
        length = path_name("/tmp/plumb-guarded");
        if (connect(t, (void*)&address, length) == 0 || errno != EACCES) _exit(2);
        length = path_name("/plumb-not-here");
        if (bind(t, (void*)&address, length) == 0 || errno != EACCES) _exit(3);
        _exit(0);
    }
    CHECK_EQ(waitpid(child, &value, 0), child);
    CHECK_EQ(value, 0);
    CHECK_EQ(chmod("/tmp/plumb-guarded", 0622), 0);
    child = fork();
    if (child == 0) {
        if (setuid(1234)) _exit(1);
        int t = socket(AF_UNIX, SOCK_STREAM, 0);
        length = path_name("/tmp/plumb-guarded");
        _exit(connect(t, (void*)&address, length) ? 2 : 0);
    }
    CHECK_EQ(waitpid(child, &value, 0), child);
    CHECK_EQ(value, 0);
    CHECK_EQ(unlink("/tmp/plumb-guarded"), 0);
    close(s);
    umask(022);
}

static void test_chroot(void) {
    if (geteuid() != 0) return;
    CHECK_EQ(mkdir("cell", 0755), 0);
    int s = x_socket(AF_UNIX, SOCK_STREAM, 0), t = x_socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_EQ(bind_to(s, "cell/inside"), 0);
    CHECK_EQ(x_listen(s, 5), 0);
    pid_t child = fork();
    if (child == 0) {
        if (chroot("cell") || chdir("/")) _exit(1);
        length = path_name("/inside");
        _exit(connect(t, (void*)&address, length) ? 2 : 0);
    }
    CHECK_EQ(waitpid(child, &value, 0), child);
    CHECK_EQ(value, 0);
    CHECK_EQ(unlink("cell/inside"), 0);
    CHECK_EQ(rmdir("cell"), 0);
    close(s);
    close(t);
}

static void test_abstract(void) {
    int s = x_socket(AF_UNIX, SOCK_DGRAM, 0), t = x_socket(AF_UNIX, SOCK_DGRAM, 0);
    // Any bytes count, NULs too, and so does the length.
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    memcpy(address.sun_path, "\0plumb\0x", 8);
    CHECK_EQ(x_bind(s, &address, 2 + 8), 0);
    CHECK_ERRNO(x_bind(t, &address, 2 + 8), EADDRINUSE);
    CHECK_EQ(x_bind(t, &address, 2 + 9), 0);
    CHECK_ERRNO(x_bind(t, &address, 2 + 10), EINVAL);
    length = sizeof other;
    CHECK_EQ(x_getsockname(s, &other, &length), 0);
    CHECK_EQ(length, 2 + 8);
    CHECK_EQ(memcmp(&other, &address, 2 + 8), 0);
    close(s);
    s = x_socket(AF_UNIX, SOCK_DGRAM, 0);
    CHECK_ERRNO(x_connect(s, &address, 2 + 8), ECONNREFUSED);
    CHECK_EQ(x_connect(s, &address, 2 + 9), 0);
    CHECK_EQ(x_bind(s, &address, 2 + 8), 0); // free again
    int u = x_socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_EQ(x_bind(u, &address, 2 + 8), 0); // another type, another name
    close(s);
    close(t);
    close(u);
}

static void test_autobind(void) {
    int s = x_socket(AF_UNIX, SOCK_STREAM, 0);
    address.sun_family = AF_UNIX;
    CHECK_EQ(x_bind(s, &address, 2), 0);
    length = sizeof other;
    CHECK_EQ(x_getsockname(s, &other, &length), 0);
    CHECK_EQ(length, 2 + 6);
    CHECK_EQ(other.sun_path[0], 0);
    for (int i = 1; i < 6; i++) CHECK(strchr("0123456789abcdef", other.sun_path[i]) != 0);
    CHECK_EQ(x_bind(s, &address, 2), 0); // it has one: nothing happens
    CHECK_ERRNO(bind_to(s, "elsewhere"), EINVAL);
    close(s);
    // Who wants identities is given a name with the first connect or send.
    int r = x_socket(AF_UNIX, SOCK_DGRAM, 0);
    socklen_t name = abstract_name("plumb-auto");
    CHECK_EQ(x_bind(r, &address, name), 0);
    s = x_socket(AF_UNIX, SOCK_DGRAM, 0);
    value = 1;
    CHECK_EQ(x_setsockopt(s, SOL_SOCKET, SO_PASSCRED, &value, sizeof value), 0);
    CHECK_EQ(x_sendto(s, "x", 1, 0, &address, name), 1);
    length = sizeof other;
    CHECK_EQ(x_recvfrom(r, into, 10, 0, &other, &length), 1);
    CHECK_EQ(length, 2 + 6);
    close(s);
    close(r);
}

// The lines of /proc/net/unix that end in this name; the fields of the last.
static int listed(const char* name, char* type_and_state) {
    static char line[512];
    FILE* file = fopen("/proc/net/unix", "r");
    int count = 0;
    CHECK(file != 0);
    if (!file) return 0;
    while (fgets(line, sizeof line, file)) {
        unsigned references, protocol, flags, type, state;
        char found[200] = "";
        if (sscanf(line, "%*s %X %X %X %X %X %*u %199s", &references, &protocol, &flags, &type,
                   &state, found) < 5 ||
            strcmp(found, name))
            continue;
        sprintf(type_and_state, "%08X %04X %02X", flags, type, state);
        count++;
    }
    fclose(file);
    return count;
}

static void test_proc(void) {
    char fields[64] = "";
    CHECK_EQ(listed("@plumb-proc", fields), 0);
    int s = x_socket(AF_UNIX, SOCK_SEQPACKET, 0), t = x_socket(AF_UNIX, SOCK_SEQPACKET, 0);
    socklen_t name = abstract_name("plumb-proc");
    CHECK_EQ(x_bind(s, &address, name), 0);
    CHECK_EQ(listed("@plumb-proc", fields), 1);
    CHECK_EQ(strcmp(fields, "00000000 0005 01"), 0);
    CHECK_EQ(x_listen(s, 1), 0);
    CHECK_EQ(listed("@plumb-proc", fields), 1);
    CHECK_EQ(strcmp(fields, "00010000 0005 01"), 0);
    CHECK_EQ(x_connect(t, &address, name), 0);
    CHECK_EQ(listed("@plumb-proc", fields), 2);
    close(s);
    close(t);
    CHECK_EQ(listed("@plumb-proc", fields), 0);
    s = x_socket(AF_UNIX, SOCK_DGRAM, 0);
    CHECK_EQ(bind_to(s, "listed"), 0);
    CHECK_EQ(listed("listed", fields), 1);
    CHECK_EQ(unlink("listed"), 0);
    close(s);
}

int main(void) {
    EACH_DOOR({
        test_path();
        test_errors();
        test_permission();
        test_chroot();
        test_abstract();
        test_autobind();
        test_proc();
    })
    return test_end();
}
