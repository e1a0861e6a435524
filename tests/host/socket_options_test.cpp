// SOL_SOCKET and IPPROTO_IP options, socket() errors, ioctls: as Linux answers them.
#include <gtest/gtest.h>

#include "net/dev_ioctl.h"
#include "net/security.h"
#include "tests/host/packets.h"

namespace {

using namespace host;

class SocketOptionsTest : public NetTest {
  protected:
    int set(int level, int name, std::vector<u8> value) {
        auto r = sock_setsockopt(*s.sock, level, name, value, false);
        return r.ok() ? 0 : r.error().code;
    }
    long get(int name, usize room) {
        std::vector<u8> value(room);
        auto r = sock_getsockopt(*s.sock, SOL_SOCKET, name, value, false);
        return r.ok() ? static_cast<long>(*r) : -r.error().code;
    }
    TestSocket s;
};

TEST_F(SocketOptionsTest, CreationErrors) {
    auto error = [](int family, int type, int protocol) {
        auto r = sock_create(family, type, protocol);
        return r.ok() ? 0 : r.error().code;
    };
    EXPECT_EQ(error(-1, SOCK_DGRAM, 0), EAFNOSUPPORT);
    EXPECT_EQ(error(99, SOCK_DGRAM, 0), EAFNOSUPPORT);
    EXPECT_EQ(error(9, SOCK_DGRAM, 0), EAFNOSUPPORT);
    EXPECT_EQ(error(AF_INET, 11, 0), EINVAL);
    EXPECT_EQ(error(AF_INET, 0, 0), ESOCKTNOSUPPORT);
    EXPECT_EQ(error(AF_INET, SOCK_SEQPACKET, 0), ESOCKTNOSUPPORT);
    EXPECT_EQ(error(AF_INET, SOCK_RAW, 0), EPROTONOSUPPORT);
    EXPECT_EQ(error(AF_INET, SOCK_DGRAM, IPPROTO_TCP), EPROTONOSUPPORT);
    EXPECT_EQ(error(AF_INET, SOCK_DGRAM, 300), EINVAL);
}

TEST_F(SocketOptionsTest, Buffers) {
    EXPECT_EQ(s.get_option(SOL_SOCKET, SO_RCVBUF), 212992);
    s.set_option(SOL_SOCKET, SO_RCVBUF, 5000);
    EXPECT_EQ(s.get_option(SOL_SOCKET, SO_RCVBUF), 10000);
    s.set_option(SOL_SOCKET, SO_RCVBUF, 1);
    EXPECT_EQ(s.get_option(SOL_SOCKET, SO_RCVBUF), 2304);
    s.set_option(SOL_SOCKET, SO_SNDBUF, 1);
    EXPECT_EQ(s.get_option(SOL_SOCKET, SO_SNDBUF), 4608);
    s.set_option(SOL_SOCKET, SO_SNDBUF, 0x7fffffff);
    EXPECT_EQ(s.get_option(SOL_SOCKET, SO_SNDBUF), 425984);
    s.set_option(SOL_SOCKET, SO_RCVBUF, -1);
    EXPECT_EQ(s.get_option(SOL_SOCKET, SO_RCVBUF), 425984);
    credentials.net_admin = false;
    EXPECT_EQ(s.set_option(SOL_SOCKET, SO_RCVBUFFORCE, 1 << 20), EPERM);
}

TEST_F(SocketOptionsTest, LengthsAsOnLinux) {
    EXPECT_EQ(set(SOL_SOCKET, SO_REUSEADDR, {1, 0, 0}), EINVAL);
    EXPECT_EQ(set(SOL_SOCKET, SO_LINGER, {1, 0, 0, 0}), EINVAL);
    EXPECT_EQ(set(SOL_SOCKET, SO_RCVTIMEO, std::vector<u8>(8)), EINVAL);
    EXPECT_EQ(set(SOL_SOCKET, SO_BINDTODEVICE, {}), 0);
    EXPECT_EQ(set(SOL_SOCKET, SO_BINDTODEVICE, {'n', 'o', 'p', 'e'}), ENODEV);
    for (int name : {SO_TYPE, SO_ERROR, SO_SNDLOWAT, SO_PEERCRED, SO_PEERNAME, SO_ACCEPTCONN,
                     SO_PROTOCOL, SO_DOMAIN, SO_COOKIE, SO_MEMINFO, 9999})
        EXPECT_EQ(set(SOL_SOCKET, name, {1, 0, 0, 0}), ENOPROTOOPT) << name;
    EXPECT_EQ(set(SOL_SOCKET, SO_PASSCRED, {1, 0, 0, 0}), EOPNOTSUPP);
    EXPECT_EQ(get(SO_TYPE, 0), 0);
    EXPECT_EQ(get(SO_TYPE, 2), 2);
    EXPECT_EQ(get(SO_TYPE, 64), 4);
    EXPECT_EQ(get(SO_PEERCRED, 64), 12);
    EXPECT_EQ(get(SO_PEERNAME, 64), -ENOTCONN);
    EXPECT_EQ(get(SO_COOKIE, 4), -EINVAL);
    EXPECT_EQ(get(SO_COOKIE, 16), 8);
    EXPECT_EQ(get(SO_MEMINFO, 64), 36);
    EXPECT_EQ(get(SO_BINDTODEVICE, 0), 0);
    EXPECT_EQ(s.set_option(99, 1, 1), ENOPROTOOPT);
    EXPECT_EQ(s.get_option(99, 1), -EOPNOTSUPP);
}

TEST_F(SocketOptionsTest, ValuesAndPermissions) {
    EXPECT_EQ(s.get_option(SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
    EXPECT_EQ(s.get_option(SOL_SOCKET, SO_DOMAIN), AF_INET);
    EXPECT_EQ(s.get_option(SOL_SOCKET, SO_PROTOCOL), IPPROTO_UDP);
    EXPECT_EQ(s.set_option(SOL_SOCKET, SO_REUSEADDR, 42), 0);
    EXPECT_EQ(s.get_option(SOL_SOCKET, SO_REUSEADDR), 1);
    credentials.net_admin = false;
    EXPECT_EQ(s.set_option(SOL_SOCKET, SO_PRIORITY, 6), 0);
    EXPECT_EQ(s.set_option(SOL_SOCKET, SO_PRIORITY, 7), EPERM);
    EXPECT_EQ(s.set_option(SOL_SOCKET, SO_MARK, 7), EPERM);
    EXPECT_EQ(s.set_option(SOL_SOCKET, SO_DEBUG, 1), EACCES);
    EXPECT_EQ(s.set_option(SOL_IP, IP_TTL, 0), EINVAL);
    EXPECT_EQ(s.set_option(SOL_IP, IP_TTL, 256), EINVAL);
    EXPECT_EQ(s.get_option(SOL_IP, IP_TTL), 64);
    EXPECT_EQ(s.set_option(SOL_IP, IP_TTL, 9), 0);
    EXPECT_EQ(s.get_option(SOL_IP, IP_TTL), 9);
    EXPECT_EQ(s.set_option(SOL_IP, IP_TTL, -1), 0);
    EXPECT_EQ(s.get_option(SOL_IP, IP_TTL), 64);
    EXPECT_EQ(set(SOL_IP, IP_TOS, {16}), 0);
    EXPECT_EQ(s.get_option(SOL_IP, IP_TOS), 16);
    EXPECT_EQ(s.set_option(SOL_IP, 200, 1), ENOPROTOOPT);
    EXPECT_EQ(s.get_option(SOL_IP, IP_MTU), -ENOTCONN);
}

TEST_F(SocketOptionsTest, ListenAcceptShutdownOnADatagramSocket) {
    EXPECT_EQ(sock_listen(*s.sock, 1).error().code, EOPNOTSUPP);
    EXPECT_EQ(sock_accept(*s.sock, true).error().code, EOPNOTSUPP);
    EXPECT_EQ(sock_shutdown(*s.sock, SHUT_RD).error().code, ENOTCONN);
    EXPECT_EQ(sock_shutdown(*s.sock, 7).error().code, EINVAL);
    EXPECT_EQ(s.receive(0).data.size(), 0u); // and yet it is shut down for reading
    SockaddrStorage name{};
    EXPECT_EQ(sock_getname(*s.sock, name, true).error().code, ENOTCONN);
}

TEST_F(SocketOptionsTest, InterfaceIoctls) {
    IfRequest request{};
    auto call = [&](u32 command) {
        auto r = sock_ioctl(*s.sock, command, reinterpret_cast<uptr>(&request), false);
        return r.ok() ? 0 : r.error().code;
    };
    std::strcpy(request.name, "eth0");
    ASSERT_EQ(call(SIOCGIFADDR), 0);
    EXPECT_EQ(std::memcmp(request.address.data + 2, "\x0a\x00\x02\x0f", 4), 0);
    ASSERT_EQ(call(SIOCGIFNETMASK), 0);
    EXPECT_EQ(std::memcmp(request.address.data + 2, "\xff\xff\xff\x00", 4), 0);
    ASSERT_EQ(call(SIOCGIFBRDADDR), 0);
    EXPECT_EQ(request.address.data[5], 0xff);
    ASSERT_EQ(call(SIOCGIFFLAGS), 0);
    EXPECT_EQ(request.flags, IFF_UP | IFF_BROADCAST | IFF_RUNNING | IFF_MULTICAST);
    ASSERT_EQ(call(SIOCGIFMTU), 0);
    EXPECT_EQ(request.value, 1500);
    ASSERT_EQ(call(SIOCGIFHWADDR), 0);
    EXPECT_EQ(request.address.family, ARPHRD_ETHER);
    request.value = 60;
    EXPECT_EQ(call(SIOCSIFMTU), EINVAL);
    EXPECT_EQ(call(0x89ff), ENOTTY);
    EXPECT_EQ(sock_ioctl(*s.sock, SIOCGIFADDR, 16, false).error().code, EFAULT);
    credentials.net_admin = false;
    EXPECT_EQ(call(SIOCSIFADDR), EPERM);
    EXPECT_EQ(call(SIOCSIFFLAGS), EPERM);
    credentials.net_admin = true;
    std::strcpy(request.name, "eth9");
    EXPECT_EQ(call(SIOCGIFADDR), ENODEV);
    EXPECT_EQ(call(SIOCGIFFLAGS), ENODEV);
}

TEST_F(SocketOptionsTest, InterfaceList) {
    struct {
        i32 length;
        void* buffer;
    } conf{0, nullptr};
    IfRequest list[4] = {};
    ASSERT_TRUE(sock_ioctl(*s.sock, SIOCGIFCONF, reinterpret_cast<uptr>(&conf), false).ok());
    EXPECT_EQ(conf.length, 80);
    conf = {79, list}; // room for one and a half
    ASSERT_TRUE(sock_ioctl(*s.sock, SIOCGIFCONF, reinterpret_cast<uptr>(&conf), false).ok());
    EXPECT_EQ(conf.length, 40);
    EXPECT_STREQ(list[0].name, "lo");
}

Result<void> deny(socket&, const SockaddrStorage&, u32) { return Errno{EACCES}; }

TEST_F(SocketOptionsTest, ASecurityPolicyMayRefuse) {
    SecurityPolicy policy;
    policy.socket_connect = deny;
    security_register(policy);
    EXPECT_EQ(s.connect(INADDR_LOOPBACK, 1), EACCES);
    security_unregister(policy);
    EXPECT_EQ(s.connect(INADDR_LOOPBACK, 1), 0);
}

} // namespace
