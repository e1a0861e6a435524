// Internet addresses and options (ip(7)).
#pragma once
#include <bits/types.h>
#include <sys/socket.h>
#include <uapi/in.h>
#include <uapi/in6.h>
__BEGIN_DECLS
typedef uint16_t in_port_t;
typedef uint32_t in_addr_t;
struct in_addr {
    in_addr_t s_addr;
};
struct sockaddr_in {
    sa_family_t sin_family;
    in_port_t sin_port;
    struct in_addr sin_addr;
    unsigned char sin_zero[8];
};
struct in6_addr {
    union {
        uint8_t __bytes[16];
        uint16_t __halves[8];
        uint32_t __words[4];
    } __in6;
};
#define s6_addr __in6.__bytes
#define s6_addr16 __in6.__halves
#define s6_addr32 __in6.__words
struct sockaddr_in6 {
    sa_family_t sin6_family;
    in_port_t sin6_port;
    uint32_t sin6_flowinfo;
    struct in6_addr sin6_addr;
    uint32_t sin6_scope_id;
};
struct ip_mreq {
    struct in_addr imr_multiaddr, imr_interface;
};
struct ip_mreqn {
    struct in_addr imr_multiaddr, imr_address;
    int imr_ifindex;
};
struct in_pktinfo {
    int ipi_ifindex;
    struct in_addr ipi_spec_dst, ipi_addr;
};
struct ipv6_mreq {
    struct in6_addr ipv6mr_multiaddr;
    unsigned ipv6mr_interface;
};
struct in6_pktinfo {
    struct in6_addr ipi6_addr;
    unsigned ipi6_ifindex;
};
extern const struct in6_addr in6addr_any, in6addr_loopback;
#define IN6ADDR_ANY_INIT                                                                           \
    {                                                                                              \
        {                                                                                          \
            { 0 }                                                                                  \
        }                                                                                          \
    }
#define IN6ADDR_LOOPBACK_INIT                                                                      \
    {                                                                                              \
        {                                                                                          \
            { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }                                     \
        }                                                                                          \
    }
#define __IN6_WORD(a, i) (((const struct in6_addr*)(a))->s6_addr32[i])
#define __IN6_BYTE(a, i) (((const struct in6_addr*)(a))->s6_addr[i])
#define IN6_IS_ADDR_UNSPECIFIED(a)                                                                 \
    (!__IN6_WORD(a, 0) && !__IN6_WORD(a, 1) && !__IN6_WORD(a, 2) && !__IN6_WORD(a, 3))
#define IN6_IS_ADDR_LOOPBACK(a)                                                                    \
    (!__IN6_WORD(a, 0) && !__IN6_WORD(a, 1) && !__IN6_WORD(a, 2) && __IN6_WORD(a, 3) == htonl(1))
#define IN6_IS_ADDR_MULTICAST(a) (__IN6_BYTE(a, 0) == 0xff)
#define IN6_IS_ADDR_LINKLOCAL(a) (__IN6_BYTE(a, 0) == 0xfe && (__IN6_BYTE(a, 1) & 0xc0) == 0x80)
#define IN6_IS_ADDR_SITELOCAL(a) (__IN6_BYTE(a, 0) == 0xfe && (__IN6_BYTE(a, 1) & 0xc0) == 0xc0)
#define IN6_IS_ADDR_V4MAPPED(a)                                                                    \
    (!__IN6_WORD(a, 0) && !__IN6_WORD(a, 1) && __IN6_WORD(a, 2) == htonl(0xffff))
#define IN6_ARE_ADDR_EQUAL(a, b)                                                                   \
    (__IN6_WORD(a, 0) == __IN6_WORD(b, 0) && __IN6_WORD(a, 1) == __IN6_WORD(b, 1) &&               \
     __IN6_WORD(a, 2) == __IN6_WORD(b, 2) && __IN6_WORD(a, 3) == __IN6_WORD(b, 3))
#define IPV6_JOIN_GROUP IPV6_ADD_MEMBERSHIP
#define IPV6_LEAVE_GROUP IPV6_DROP_MEMBERSHIP
#define INET_ADDRSTRLEN 16
#define INET6_ADDRSTRLEN 46
#define INADDR_UNSPEC_GROUP 0xe0000000
#define INADDR_ALLHOSTS_GROUP 0xe0000001
#define IPPORT_RESERVED 1024
#define IPPORT_USERRESERVED 5000
#define IN_LOOPBACKNET 127
#define IN_CLASSA(a) (((in_addr_t)(a)&0x80000000) == 0)
#define IN_CLASSB(a) (((in_addr_t)(a)&0xc0000000) == 0x80000000)
#define IN_CLASSC(a) (((in_addr_t)(a)&0xe0000000) == 0xc0000000)
#define IN_MULTICAST(a) (((in_addr_t)(a)&0xf0000000) == 0xe0000000)
#define IN_CLASSA_NET 0xff000000
#define IN_CLASSB_NET 0xffff0000
#define IN_CLASSC_NET 0xffffff00
uint16_t htons(uint16_t);
uint16_t ntohs(uint16_t);
uint32_t htonl(uint32_t);
uint32_t ntohl(uint32_t);
#define htons(x) ((uint16_t)__builtin_bswap16(x))
#define ntohs(x) ((uint16_t)__builtin_bswap16(x))
#define htonl(x) ((uint32_t)__builtin_bswap32(x))
#define ntohl(x) ((uint32_t)__builtin_bswap32(x))
__END_DECLS
