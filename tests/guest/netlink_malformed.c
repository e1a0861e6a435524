// rtnetlink asked amiss: messages and attributes that lie about their length, values that are too
// short, dumps read in small pieces or begun twice, answers that nobody reads, changes by who may
// not make them, and questions at random. What it does when asked well is in rtnetlink.c.
#include "netlink.h"

#include <stdint.h>
#include <sys/wait.h>

static int value;
static char batch[4096];

// The acknowledgements that have come, and the errno of the last.
static int acknowledged(int s, int* error) {
    int count = 0;
    while (receive(s, MSG_DONTWAIT) > 0) {
        struct nlmsghdr* h = (void*)buffer;
        if (h->nlmsg_type != NLMSG_ERROR) continue;
        *error = -*(int*)NLMSG_DATA(h);
        count++;
    }
    return count;
}

// A NOOP of this length by its header, at a place in the batch.
static void noop_at(int place, unsigned bytes) {
    struct nlmsghdr h = {bytes, NLMSG_NOOP, NLM_F_REQUEST | NLM_F_ACK, 7, 0};
    memcpy(batch + place, &h, sizeof h);
}

static void lengths(void) {
    int s = opened(0), error = -1;
    static const unsigned wrong_lengths[] = {0,    1,          15,         17,
                                             4096, 0x7fffffff, 0x80000000, 0xffffffff};
    for (unsigned i = 0; i < sizeof wrong_lengths / sizeof *wrong_lengths; i++) {
        noop_at(0, wrong_lengths[i]);
        CHECK_EQ(transmit(s, batch, 16), 16);
        CHECK_EQ(acknowledged(s, &error), 0);
    }
    // Up to the first that is amiss.
    noop_at(0, 16);
    noop_at(16, 18);
    noop_at(36, 16);
    noop_at(52, 400);
    CHECK_EQ(transmit(s, batch, 100), 100);
    CHECK_EQ(acknowledged(s, &error), 3);
    CHECK_EQ(error, 0);
    noop_at(0, 18); // whose padding isn't there
    CHECK_EQ(transmit(s, batch, 18), 18);
    CHECK_EQ(acknowledged(s, &error), 1);
    // A type without its body.
    static const int types[] = {RTM_GETLINK,  RTM_GETROUTE, RTM_NEWROUTE, RTM_NEWADDR, RTM_NEWNEIGH,
                                RTM_DELROUTE, RTM_DELADDR,  RTM_DELNEIGH, RTM_SETLINK};
    for (unsigned i = 0; i < sizeof types / sizeof *types; i++) {
        begin(types[i], 0, "\2\0\0\0", 0);
        CHECK_EQ(ask(s), 0); // nothing at all is nobody's
        begin(types[i], 0, "\2\0\0\0", 4);
        CHECK_EQ(ask(s), EINVAL);
    }
    close(s);
}

// An attribute whose length is a lie, behind those that are there.
static void put_lie(int type, unsigned claimed, unsigned there) {
    struct rtattr* at = (void*)((char*)&request + NLMSG_ALIGN(request.header.nlmsg_len));
    at->rta_type = type;
    at->rta_len = claimed;
    request.header.nlmsg_len = NLMSG_ALIGN(request.header.nlmsg_len) + there;
}

static int get_link_named(int s, const void* name, size_t bytes) {
    struct ifinfomsg link = {.ifi_family = AF_UNSPEC};
    begin(RTM_GETLINK, 0, &link, sizeof link);
    put(IFLA_IFNAME, name, bytes);
    request.header.nlmsg_flags |= NLM_F_REQUEST;
    transmit(s, &request, request.header.nlmsg_len);
    if (receive(s, MSG_DONTWAIT) < 0) return -1;
    struct nlmsghdr* h = (void*)buffer;
    return h->nlmsg_type == RTM_NEWLINK ? 0 : -*(int*)NLMSG_DATA(h);
}

static void attributes(void) {
    int s = opened(0);
    struct ifinfomsg link = {.ifi_family = AF_UNSPEC, .ifi_index = if_nametoindex("lo")};
    for (unsigned claimed = 0; claimed < 4; claimed++) { // what follows such a one isn't read
        begin(RTM_SETLINK, 0, &link, sizeof link);
        put_lie(IFLA_MTU, claimed, 8);
        put(IFLA_MTU, "x", 1);
        CHECK_EQ(ask(s), 0);
    }
    begin(RTM_SETLINK, 0, &link, sizeof link);
    put_lie(IFLA_MTU, 9, 8);
    CHECK_EQ(ask(s), 0);
    begin(RTM_SETLINK, 0, &link, sizeof link);
    put_lie(IFLA_MTU, 0xffff, 8);
    CHECK_EQ(ask(s), 0);
    begin(RTM_SETLINK, 0, &link, sizeof link);
    put(1000, "what", 4); // not known
    CHECK_EQ(ask(s), 0);
    for (unsigned bytes = 0; bytes < 4; bytes++) {
        begin(RTM_SETLINK, 0, &link, sizeof link);
        put(IFLA_MTU, "xxx", bytes);
        CHECK_EQ(ask(s), ERANGE);
        struct rtmsg route = {.rtm_family = AF_INET, .rtm_dst_len = 32};
        begin(RTM_GETROUTE, 0, &route, sizeof route);
        put(RTA_DST, "xxx", bytes);
        CHECK_EQ(ask(s), ERANGE);
        struct ifaddrmsg address = {.ifa_family = AF_INET, .ifa_index = link.ifi_index};
        begin(RTM_NEWADDR, 0, &address, sizeof address);
        put(IFA_LOCAL, "xxx", bytes);
        CHECK_EQ(ask(s), ERANGE);
    }
    begin(RTM_SETLINK, 0, &link, sizeof link);
    put(IFLA_ADDRESS, "12345", 5);
    CHECK_EQ(ask(s), EINVAL);
    // Names: ended or not, too long, nobody's; of several the last counts.
    CHECK_EQ(get_link_named(s, "lo", 3), 0);
    CHECK_EQ(get_link_named(s, "lo", 2), 0);
    CHECK_EQ(get_link_named(s, "lo\0none", 8), 0);
    CHECK_EQ(get_link_named(s, "", 1), ENODEV);
    CHECK_EQ(get_link_named(s, "none", 5), ENODEV);
    CHECK_EQ(get_link_named(s, "fifteenletters!", 16), ENODEV);
    CHECK_EQ(get_link_named(s, "sixteenletters!!", 16), ERANGE);
    CHECK_EQ(get_link_named(s, "seventeenletters!", 18), ERANGE);
    link.ifi_index = 0;
    static const int types[] = {RTM_SETLINK, RTM_DELLINK, RTM_NEWLINK};
    for (unsigned i = 0; i < 3; i++) {
        begin(types[i], 0, &link, sizeof link);
        put(IFLA_IFNAME, "", 1);
        CHECK_EQ(ask(s), ENODEV);
    }
    begin(RTM_GETLINK, 0, &link, sizeof link);
    put(IFLA_IFNAME, "none", 5);
    put(IFLA_IFNAME | NLA_F_NET_BYTEORDER, "lo", 3);
    request.header.nlmsg_flags |= NLM_F_REQUEST;
    transmit(s, &request, request.header.nlmsg_len);
    CHECK(receive(s, MSG_DONTWAIT) > 0);
    CHECK_EQ(((struct nlmsghdr*)buffer)->nlmsg_type, RTM_NEWLINK);
    close(s);
}

#define ADDRESSES 200

static void change_address(int s, int type, int number) {
    struct ifaddrmsg body = {
        .ifa_family = AF_INET, .ifa_prefixlen = 32, .ifa_index = if_nametoindex("lo")};
    uint32_t ip = htonl(0x0a630000 + number);
    begin(type, NLM_F_CREATE, &body, sizeof body);
    put(IFA_LOCAL, &ip, 4);
    CHECK_EQ(ask(s), 0);
}

static void begin_dump(int s, int flags) {
    struct rtgenmsg family = {AF_INET};
    begin(RTM_GETADDR, NLM_F_REQUEST | flags, &family, sizeof family);
    CHECK_EQ(transmit(s, &request, request.header.nlmsg_len), request.header.nlmsg_len);
}

// What one read of the dump brings: addresses of ours, whether it ended, and the flags of all.
static int ours, ended, all_flags;
static int read_piece(int s, size_t room) {
    const long whole = x_recv(s, buffer, room, MSG_DONTWAIT);
    long got = whole;
    for (struct nlmsghdr* h = (void*)buffer; got > 0 && NLMSG_OK(h, got); h = NLMSG_NEXT(h, got)) {
        all_flags |= h->nlmsg_flags;
        ended |= h->nlmsg_type == NLMSG_DONE;
        if (h->nlmsg_type != RTM_NEWADDR) continue;
        const unsigned char* ip = attribute(h, sizeof(struct ifaddrmsg), IFA_LOCAL, 4);
        ours += ip && ip[0] == 10 && ip[1] == 99;
    }
    return whole > 0;
}

static void pieces(void) {
    int s = opened(0), other_one = opened(0);
    for (int i = 0; i < ADDRESSES; i++) change_address(other_one, RTM_NEWADDR, i);
    static const int rooms[] = {4096, 8192, sizeof buffer};
    for (unsigned i = 0; i < 3; i++) {
        ours = ended = all_flags = 0;
        begin_dump(s, NLM_F_DUMP);
        while (read_piece(s, rooms[i])) {
        }
        CHECK_EQ(ours, ADDRESSES);
        CHECK(ended && !(all_flags & NLM_F_DUMP_INTR));
    }
    // Half of the flag is enough.
    for (int flag = NLM_F_ROOT; flag <= NLM_F_MATCH; flag *= 2) {
        ours = ended = 0;
        begin_dump(s, flag);
        while (read_piece(s, sizeof buffer)) {
        }
        CHECK_EQ(ours, ADDRESSES);
    }
    // The pieces are as large as what the program has read into: from here on small again.
    close(s);
    s = opened(0);
    // Read in bits, what is over of a piece is lost, but not the dump.
    ours = ended = 0;
    begin_dump(s, NLM_F_DUMP);
    CHECK_EQ(x_recv(s, buffer, 1, MSG_DONTWAIT), 1);
    CHECK(x_recv(s, buffer, 1, MSG_DONTWAIT | MSG_TRUNC) > 1000);
    while (read_piece(s, 4096)) {
    }
    CHECK(ended && ours > 0 && ours < ADDRESSES);
    // A second one meanwhile.
    begin_dump(s, NLM_F_DUMP);
    begin_dump(s, NLM_F_DUMP);
    ours = ended = 0;
    int busy = 0;
    while (read_piece(s, 4096)) {
        struct nlmsghdr* h = (void*)buffer;
        busy += h->nlmsg_type == NLMSG_ERROR && *(int*)NLMSG_DATA(h) == -EBUSY;
    }
    CHECK_EQ(busy, 1);
    CHECK_EQ(ours, ADDRESSES);
    // A change meanwhile is told of.
    all_flags = 0;
    begin_dump(s, NLM_F_DUMP);
    CHECK(read_piece(s, 4096));
    CHECK(!(all_flags & NLM_F_DUMP_INTR));
    change_address(other_one, RTM_NEWADDR, ADDRESSES);
    while (read_piece(s, 4096)) {
    }
    CHECK(all_flags & NLM_F_DUMP_INTR);
    begin_dump(s, NLM_F_DUMP);
    close(s); // in the middle of it
    for (int i = 0; i <= ADDRESSES; i++) change_address(other_one, RTM_DELADDR, i);
    close(other_one);
}

// Answers that aren't read are lost, and that is said once.
static void unread(void) {
    int s = opened(0), lost = 0, got = 0;
    value = 2048;
    CHECK_EQ(x_setsockopt(s, SOL_SOCKET, SO_RCVBUF, &value, 4), 0);
    begin(NLMSG_NOOP, NLM_F_REQUEST | NLM_F_ACK, "", 0);
    for (int i = 0; i < 200; i++) transmit(s, &request, request.header.nlmsg_len);
    for (int i = 0; i < 300; i++) {
        if (receive(s, MSG_DONTWAIT) > 0)
            got++;
        else if (errno == ENOBUFS)
            lost++;
        else
            break;
    }
    CHECK_EQ(lost, 1);
    CHECK(got > 0 && got < 200);
    CHECK_EQ(transmit(s, &request, request.header.nlmsg_len), request.header.nlmsg_len);
    CHECK(receive(s, MSG_DONTWAIT) > 0);
    // Who doesn't want to hear of it.
    value = 1;
    CHECK_EQ(x_setsockopt(s, SOL_NETLINK, NETLINK_NO_ENOBUFS, &value, 4), 0);
    for (int i = 0; i < 200; i++) transmit(s, &request, request.header.nlmsg_len);
    for (got = 0; receive(s, MSG_DONTWAIT) > 0;) got++;
    CHECK_EQ(errno, EAGAIN);
    CHECK(got > 0 && got < 200);
    close(s);
}

static unsigned seed = 2026;
static unsigned pick(unsigned below) {
    seed = seed * 1103515245 + 12345;
    return (seed >> 8) % below;
}

static void random_question(int s) {
    static const int flags[] = {0, NLM_F_DUMP, NLM_F_ROOT, NLM_F_ACK, NLM_F_DUMP | NLM_F_ACK};
    unsigned char body[40];
    for (unsigned i = 0; i < sizeof body; i++) body[i] = pick(3) ? 0 : (unsigned char)pick(256);
    static const unsigned char families[] = {AF_UNSPEC, AF_INET, AF_INET6, AF_PACKET};
    body[0] = pick(8) ? families[pick(4)] : (unsigned char)pick(256);
    begin(RTM_GETLINK + 4 * (int)pick(24), NLM_F_REQUEST | flags[pick(5)], body, pick(40));
    for (unsigned left = pick(5); left > 0; left--) {
        for (unsigned i = 0; i < sizeof body; i++) body[i] = (unsigned char)pick(256);
        if (pick(4))
            put((int)pick(40) | (pick(4) ? 0 : NLA_F_NESTED), body, pick(40));
        else
            put_lie((int)pick(40), pick(60), pick(40));
    }
    transmit(s, &request, pick(8) ? request.header.nlmsg_len : pick(request.header.nlmsg_len + 1));
    while (receive(s, MSG_DONTWAIT) > 0) {
    }
}

// Every change is refused before it is looked at; every question is answered somehow.
static void without_rights(void) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        test_passed = test_failed = 0;
        if (geteuid() == 0) CHECK_EQ(setresuid(65534, 65534, 65534), 0);
        int s = opened(0);
        for (int type = RTM_BASE; type < RTM_BASE + 60; type++) {
            if (type % 4 == RTM_GETLINK % 4) continue;
            begin(type, 0, "\0\0\0\0", 4);
            CHECK_EQ(ask(s), EPERM);
        }
        for (int i = 0; i < 2000; i++) random_question(s);
        begin(NLMSG_NOOP, 0, "", 0);
        CHECK_EQ(ask(s), 0);
        fflush(stdout);
        _exit(test_failed ? 1 : 0);
    }
    int status;
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
}

int main(void) {
    without_rights();
    own_network();
    for (door = 0; door < DOOR_COUNT; door++) {
        printf("%s\n", door_names[door]);
        lengths();
        attributes();
        pieces();
        unread();
    }
    return test_end();
}
