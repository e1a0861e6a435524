// SOL_NETLINK (netlink(7)). Extended acknowledgements and strict checking are refused: errors have
// no text here, and the kernel doesn't filter dumps; programs then do without.
#include "kernel/base/string.h"
#include "net/netlink/netlink_sock.h"

namespace {

Result<void> change_membership(netlink_sock& sk, u32 group, bool member) {
    if (group == 0 || group > sk.kernel->groups) return Errno{EINVAL};
    const u64 bit = u64{1} << (group - 1);
    sk.groups = member ? sk.groups | bit : sk.groups & ~bit;
    return {};
}

bool* switch_of(netlink_sock& sk, int name) {
    switch (name) {
    case NETLINK_PKTINFO:
        return &sk.packet_info;
    case NETLINK_BROADCAST_ERROR:
        return &sk.broadcast_errors;
    case NETLINK_NO_ENOBUFS:
        return &sk.no_enobufs;
    case NETLINK_CAP_ACK:
        return &sk.cap_ack;
    default:
        return nullptr;
    }
}

} // namespace

Result<void> netlink_setsockopt(socket& sock, int level, int name, std::span<const u8> value) {
    netlink_sock& sk = netlink_of(sock);
    if (level != SOL_NETLINK) return Errno{ENOPROTOOPT};
    u32 number = 0;
    if (value.size() >= sizeof number) memcpy(&number, value.data(), sizeof number);
    if (name == NETLINK_ADD_MEMBERSHIP || name == NETLINK_DROP_MEMBERSHIP)
        return change_membership(sk, number, name == NETLINK_ADD_MEMBERSHIP);
    bool* option = switch_of(sk, name);
    if (!option) return Errno{ENOPROTOOPT};
    *option = number != 0;
    if (name == NETLINK_NO_ENOBUFS && number) sk.congested = false;
    return {};
}

Result<u32> netlink_getsockopt(socket& sock, int level, int name, std::span<u8> value) {
    netlink_sock& sk = netlink_of(sock);
    if (level != SOL_NETLINK) return Errno{ENOPROTOOPT};
    if (name == NETLINK_LIST_MEMBERSHIPS) {
        // Linux answers whole words, and how long the list is even when there is less room.
        const u32 needed = (sk.kernel->groups + 31) / 32 * 4;
        sockopt_answer(value.first(value.size() / 4 * 4), &sk.groups, needed);
        return needed;
    }
    const bool* option = switch_of(sk, name);
    if (!option) return Errno{ENOPROTOOPT};
    if (value.size() < sizeof(int)) return Errno{EINVAL};
    const int on = *option;
    return sockopt_answer(value, &on, sizeof on);
}
