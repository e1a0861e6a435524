// Netlink as a program speaks it: building requests, asking, reading dumps and what listeners hear.
#pragma once

#include "own_network.h"
#include "test.h"

#include "doors.h"
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

static struct sockaddr_nl address, other;
static char buffer[65536];
static struct iovec vector;
static struct msghdr message;

static struct {
    struct nlmsghdr header;
    char body[512];
} request;
static unsigned sequence = 100;

static void begin(int type, int flags, const void* body, size_t bytes) {
    memset(&request, 0, sizeof request);
    request.header.nlmsg_len = NLMSG_LENGTH(bytes);
    request.header.nlmsg_type = type;
    request.header.nlmsg_flags = flags;
    request.header.nlmsg_seq = ++sequence;
    memcpy(request.body, body, bytes);
}

static void put(int type, const void* data, size_t bytes) {
    struct rtattr* at = (void*)((char*)&request + NLMSG_ALIGN(request.header.nlmsg_len));
    at->rta_type = type;
    at->rta_len = RTA_LENGTH(bytes);
    memcpy(RTA_DATA(at), data, bytes);
    request.header.nlmsg_len = NLMSG_ALIGN(request.header.nlmsg_len) + RTA_ALIGN(at->rta_len);
}
static inline void put_ip(int type, const char* text) {
    struct in_addr ip;
    inet_aton(text, &ip);
    put(type, &ip, 4);
}

static long transmit(int s, const void* bytes, size_t count) {
    static char copy[70000];
    memcpy(copy, bytes, count < sizeof copy ? count : sizeof copy);
    memset(&other, 0, sizeof other);
    other.nl_family = AF_NETLINK;
    return x_sendto(s, copy, count, 0, &other, sizeof other);
}

static long receive(int s, int flags) {
    vector.iov_base = buffer;
    vector.iov_len = sizeof buffer;
    memset(&message, 0, sizeof message);
    message.msg_name = &other;
    message.msg_namelen = sizeof other;
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    memset(&other, 0x55, sizeof other);
    return door == DOOR_SOCKETCALL && sizeof(long) == 8 ? recvmsg(s, &message, flags)
                                                        : x_recvmsg(s, &message, flags);
}

static int opened(int groups) {
    int s = x_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    memset(&address, 0, sizeof address);
    address.nl_family = AF_NETLINK;
    address.nl_groups = groups;
    CHECK_EQ(x_bind(s, &address, sizeof address), 0);
    return s;
}

// Sends the request and reads the acknowledgement: the errno, 0 when all was well.
static int ask(int s) {
    request.header.nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
    CHECK_EQ(transmit(s, &request, request.header.nlmsg_len), request.header.nlmsg_len);
    long got = receive(s, MSG_DONTWAIT);
    struct nlmsghdr* answer = (void*)buffer;
    if (got < (long)NLMSG_LENGTH(sizeof(struct nlmsgerr)) || answer->nlmsg_type != NLMSG_ERROR)
        return -1;
    struct nlmsgerr* error = NLMSG_DATA(answer);
    CHECK_EQ(answer->nlmsg_seq, sequence);
    CHECK_EQ(error->msg.nlmsg_seq, sequence);
    CHECK_EQ(error->msg.nlmsg_type, request.header.nlmsg_type);
    if (error->error == 0) CHECK_EQ(answer->nlmsg_len, NLMSG_LENGTH(sizeof *error));
    return -error->error;
}

static int wrong; // messages of a dump that aren't as they should be

// Calls `each` for every message of the answer to the dump that was begun. How many there are is
// the machine's affair, so that they aren't checked one by one.
static inline int dump(int s, void (*each)(struct nlmsghdr*)) {
    request.header.nlmsg_flags |= NLM_F_REQUEST | NLM_F_DUMP;
    CHECK_EQ(transmit(s, &request, request.header.nlmsg_len), request.header.nlmsg_len);
    int count = 0, done = 0;
    wrong = 0;
    while (!done) {
        long got = receive(s, MSG_DONTWAIT);
        if (got <= 0) break;
        wrong += other.nl_pid != 0;
        for (struct nlmsghdr* h = (void*)buffer; NLMSG_OK(h, got); h = NLMSG_NEXT(h, got)) {
            wrong += h->nlmsg_seq != sequence || !(h->nlmsg_flags & NLM_F_MULTI);
            if (h->nlmsg_type == NLMSG_DONE) {
                wrong += *(int*)NLMSG_DATA(h) != 0;
                done = 1;
                break;
            }
            count++;
            each(h);
        }
    }
    CHECK(done);
    CHECK_EQ(wrong, 0);
    return count;
}

static const void* attribute(struct nlmsghdr* h, size_t fixed, int type, size_t bytes) {
    struct rtattr* at = (void*)((char*)NLMSG_DATA(h) + NLMSG_ALIGN(fixed));
    int rest = h->nlmsg_len - NLMSG_SPACE(fixed);
    for (; RTA_OK(at, rest); at = RTA_NEXT(at, rest))
        if ((at->rta_type & NLA_TYPE_MASK) == type && RTA_PAYLOAD(at) >= bytes) return RTA_DATA(at);
    return 0;
}

// What the listener hears next: its type, with the message in the buffer; 0: nothing.
static inline int heard(int listener) {
    if (receive(listener, MSG_DONTWAIT) < 0) return 0;
    return ((struct nlmsghdr*)buffer)->nlmsg_type;
}
