// Every header as C++, objects with constructors and destructors, new and virtual functions.
#include <alloca.h>
#include <arpa/inet.h>
#include <assert.h>
#include <byteswap.h>
#include <ctype.h>
#include <dirent.h>
#include <endian.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <getopt.h>
#include <glob.h>
#include <grp.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <locale.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <netdb.h>
#include <netinet/ether.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

static int alive;

struct Base {
    virtual ~Base() { alive--; }
    virtual int answer() = 0;
    Base() { alive++; }
};
struct Derived : Base {
    int answer() override { return 42; }
};

struct alignas(256) Aligned : Derived {};

static Derived global;
static int at_start = alive;

int main() {
    Base* made = new Derived;
    bool good = at_start == 1 && alive == 2 && made->answer() == 42;
    delete made;
    Derived* several = new Derived[3];
    good = good && alive == 4 && global.answer() == 42;
    delete[] several;
    Base* aligned = new Aligned;
    good = good && reinterpret_cast<uintptr_t>(aligned) % 256 == 0 && alive == 2;
    delete aligned;
    errno = 0;
    good = good && alive == 1 && close(-1) == -1 && errno == EBADF;
    printf("%d passed, %d failed\n", good, !good);
    return !good;
}
