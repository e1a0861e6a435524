// Corners of calls where it is easy to differ from Linux: select beyond the descriptors' table,
// clocks of processor time, mmap's flags, ioctls of interfaces with bad arguments.
#include "test.h"

#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/sockios.h>

static void test_select(void) {
    static unsigned long bits[64];
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    memset(bits, 0, sizeof bits);
    bits[1400 / (8 * sizeof(long))] |= 1ul << (1400 % (8 * sizeof(long)));
    struct timeval now = {0, 0};
    // Nothing is open there: beyond the table it isn't looked at.
    CHECK_EQ(select(1500, (fd_set*)bits, NULL, NULL, &now), 0);
    CHECK_ERRNO(select(-1, NULL, NULL, NULL, &now), EINVAL);
    bits[0] = 1ul << ends[1];
    CHECK_EQ(select(1500, NULL, (fd_set*)bits, NULL, &now), 1);
    close(ends[0]);
    close(ends[1]);
}

static void test_clocks(void) {
    struct timespec soon = {0, 1000000}, absolute = {0, 1};
    CHECK_EQ(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &soon, NULL), EINVAL);
    CHECK_EQ(clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, &absolute, NULL), 0);
    CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, 0, &soon, NULL), 0);
    CHECK_EQ(clock_nanosleep(999, 0, &soon, NULL), EINVAL);
    CHECK_EQ(clock_nanosleep(CLOCK_BOOTTIME, 0, &soon, NULL), 0);
    CHECK_EQ(clock_nanosleep(CLOCK_TAI, 0, &soon, NULL), 0);
    CHECK_EQ(clock_nanosleep(CLOCK_REALTIME_COARSE, 0, &soon, NULL), ENOTSUP);
    CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC_RAW, 0, &soon, NULL), ENOTSUP);
}

static void test_mmap(void) {
    void* at = mmap(NULL, 4096, PROT_READ, 3 | MAP_ANONYMOUS, -1, 0); // MAP_SHARED_VALIDATE
    CHECK(at == MAP_FAILED);
    CHECK_EQ(errno, EINVAL);
    at = mmap(NULL, 4096, PROT_READ, MAP_ANONYMOUS, -1, 0);
    CHECK(at == MAP_FAILED);
    CHECK_EQ(errno, EINVAL);
    at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(at == MAP_FAILED);
    CHECK_EQ(errno, EINVAL);
}

static void test_ioctls(void) {
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strcpy(request.ifr_name, "lo");
    CHECK_EQ(ioctl(s, SIOCGIFADDR, &request), 0);
    strcpy(request.ifr_name, "lo:0");
    CHECK_ERRNO(ioctl(s, SIOCGIFADDR, &request), EADDRNOTAVAIL);
    strcpy(request.ifr_name, "nosuch0");
    CHECK_ERRNO(ioctl(s, SIOCGIFADDR, &request), ENODEV);
    CHECK_ERRNO(ioctl(s, SIOCGIFFLAGS, &request), ENODEV);
    static const unsigned long numbers[] = {
        SIOCGIFADDR, SIOCGIFFLAGS,  SIOCGIFMTU,  SIOCGIFHWADDR, SIOCGIFINDEX,
        SIOCGIFNAME, SIOCGIFMETRIC, SIOCGIFCONF, SIOCGIFTXQLEN, SIOCETHTOOL,
        SIOCGARP,    SIOCADDRT,     SIOCSIFADDR, SIOCSIFFLAGS,  SIOCGIFMAP};
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++)
        CHECK_ERRNO(ioctl(s, numbers[i], (void*)8), EFAULT);
    strcpy(request.ifr_name, "lo");
    request.ifr_data = (void*)8;
    CHECK_ERRNO(ioctl(s, SIOCETHTOOL, &request), EFAULT);
    CHECK_ERRNO(ioctl(s, 0x8988, &request), ENOTTY);
    CHECK_ERRNO(ioctl(s, 0x8988, (void*)8), sizeof(long) == 8 ? EFAULT : ENOTTY);
    CHECK_ERRNO(ioctl(s, 0x9988, (void*)8), ENOTTY);
    close(s);
}

int main(void) {
    test_select();
    test_clocks();
    test_mmap();
    test_ioctls();
    return test_end();
}
