// What programs say about memberships: IPv4's own requests (ip(7)), and those of RFC 3678 that
// name any family's addresses.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/ipv4/inet.h"
#include "net/ipv4/ip_internal.h"
#include "net/ipv4/multicast.h"

namespace {

// struct ip_mreq (8 bytes) or ip_mreqn.
struct MembershipRequest {
    be32 group{}, interface {};
    i32 ifindex = 0;
};
// struct ip_mreq_source.
struct SourceRequest {
    be32 group, interface, source;
};
// struct ip_msfilter, up to its list.
struct FilterHeader {
    be32 group, interface;
    u32 mode, count;
};
// struct sockaddr_storage with an address of IPv4.
struct StoredAddress {
    sockaddr_in in;
    u8 rest[128 - sizeof(sockaddr_in)];
};
// struct group_req; with a source behind it struct group_source_req.
struct GroupRequest {
    u32 ifindex, pad;
    StoredAddress group;
};
struct GroupSourceRequest : GroupRequest {
    StoredAddress source;
};
// struct group_filter, up to its list.
struct GroupFilterHeader : GroupRequest {
    u32 mode, count;
};
static_assert(sizeof(GroupRequest) == 136 && sizeof(GroupSourceRequest) == 264 &&
              sizeof(GroupFilterHeader) == 144);

template <class T>
Result<T> request_of(std::span<const u8> value) {
    T request;
    if (value.size() < sizeof request) return Errno{EINVAL};
    memcpy(&request, value.data(), sizeof request);
    return request;
}

bool is_v4(const StoredAddress& address) { return address.in.sin_family == AF_INET; }

// IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP.
Result<void> change_membership(inet_sock& sk, int name, std::span<const u8> value) {
    if (sk.type == SOCK_STREAM) return Errno{EPROTO};
    MembershipRequest request;
    if (value.size() < 8) return Errno{EINVAL};
    memcpy(&request, value.data(), min<usize>(value.size(), sizeof request));
    const MulticastInterface on{request.interface, request.ifindex};
    return name == IP_ADD_MEMBERSHIP ? ip_mc_join(sk, request.group, on)
                                     : ip_mc_leave(sk, request.group, on);
}

// MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP.
Result<void> change_group(inet_sock& sk, int name, std::span<const u8> value) {
    const auto request = TRY(request_of<GroupRequest>(value));
    if (!is_v4(request.group)) return Errno{EINVAL};
    const MulticastInterface on{{}, static_cast<int>(request.ifindex)};
    const be32 group = request.group.in.sin_addr;
    return name == MCAST_JOIN_GROUP ? ip_mc_join(sk, group, on) : ip_mc_leave(sk, group, on);
}

// Joining for one source makes the membership, if there is none yet.
Result<void> change_source(inet_sock& sk, int name, be32 group, be32 source,
                           MulticastInterface on) {
    const bool joins = name == IP_ADD_SOURCE_MEMBERSHIP || name == MCAST_JOIN_SOURCE_GROUP;
    const bool blocks = name == IP_BLOCK_SOURCE || name == MCAST_BLOCK_SOURCE;
    const bool unblocks = name == IP_UNBLOCK_SOURCE || name == MCAST_UNBLOCK_SOURCE;
    if (joins) {
        auto joined = ip_mc_join(sk, group, on, false);
        if (!joined.ok() && joined.error() != Errno{EADDRINUSE}) return joined;
    }
    return ip_mc_source(sk, joins || blocks, blocks || unblocks, group, source, on);
}

Result<void> change_source_v4(inet_sock& sk, int name, std::span<const u8> value) {
    if (value.size() != sizeof(SourceRequest)) return Errno{EINVAL};
    const auto request = TRY(request_of<SourceRequest>(value));
    return change_source(sk, name, request.group, request.source, {request.interface, 0});
}

Result<void> change_source_any(inet_sock& sk, int name, std::span<const u8> value) {
    const auto request = TRY(request_of<GroupSourceRequest>(value));
    if (!is_v4(request.group) || !is_v4(request.source)) return Errno{EADDRNOTAVAIL};
    return change_source(sk, name, request.group.in.sin_addr, request.source.in.sin_addr,
                         {{}, static_cast<int>(request.ifindex)});
}

Result<bool> excludes(u32 mode) {
    if (mode != MCAST_INCLUDE && mode != MCAST_EXCLUDE) return Errno{EINVAL};
    return mode == MCAST_EXCLUDE;
}

Result<void> set_filter_v4(inet_sock& sk, std::span<const u8> value) {
    const auto header = TRY(request_of<FilterHeader>(value));
    if (header.count > igmp_max_sources) return Errno{ENOBUFS};
    const std::span<const u8> list = value.subspan(sizeof header);
    if (header.count * sizeof(be32) > list.size() || !is_multicast(header.group))
        return Errno{EINVAL};
    be32 sources[igmp_max_sources];
    if (header.count) memcpy(sources, list.data(), header.count * sizeof(be32));
    return ip_mc_set_filter(sk, header.group, {header.interface, 0}, TRY(excludes(header.mode)),
                            {sources, header.count});
}

Result<void> set_filter_any(inet_sock& sk, std::span<const u8> value) {
    const auto header = TRY(request_of<GroupFilterHeader>(value));
    if (header.count > igmp_max_sources) return Errno{ENOBUFS};
    const std::span<const u8> list = value.subspan(sizeof header);
    if (header.count * sizeof(StoredAddress) > list.size()) return Errno{EINVAL};
    if (!is_v4(header.group)) return Errno{EADDRNOTAVAIL};
    be32 sources[igmp_max_sources];
    for (u32 i = 0; i < header.count; i++) {
        StoredAddress source;
        memcpy(&source, list.data() + i * sizeof source, sizeof source);
        if (!is_v4(source)) return Errno{EADDRNOTAVAIL};
        sources[i] = source.in.sin_addr;
    }
    if (!is_multicast(header.group.in.sin_addr)) return Errno{EINVAL};
    return ip_mc_set_filter(sk, header.group.in.sin_addr, {{}, static_cast<int>(header.ifindex)},
                            TRY(excludes(header.mode)), {sources, header.count});
}

// The header with the number of all sources, then as many as the question has room for.
template <class Header, class Item>
Result<u32> answer_filter(std::span<u8> value, Header header, const SourceFilter& filter,
                          Item (*item)(be32)) {
    const u32 there = filter.sources.size(), shown = min(header.count, there);
    const usize size = sizeof header + shown * sizeof(Item);
    if (size > value.size()) return Errno{EFAULT};
    header.mode = filter.exclude ? MCAST_EXCLUDE : MCAST_INCLUDE;
    header.count = there;
    memcpy(value.data(), &header, sizeof header);
    for (u32 i = 0; i < shown; i++) {
        const Item one = item(filter.sources.all()[i]);
        memcpy(value.data() + sizeof header + i * sizeof one, &one, sizeof one);
    }
    return static_cast<u32>(size);
}

be32 plain(be32 source) { return source; }
StoredAddress stored(be32 source) {
    StoredAddress address{};
    address.in.sin_family = AF_INET;
    address.in.sin_addr = source;
    return address;
}

} // namespace

bool is_membership_option(int name) { return name >= IP_ADD_MEMBERSHIP && name <= MCAST_MSFILTER; }

Result<void> ip_mc_setsockopt(inet_sock& sk, int name, std::span<const u8> value) {
    switch (name) {
    case IP_ADD_MEMBERSHIP:
    case IP_DROP_MEMBERSHIP:
        return change_membership(sk, name, value);
    case IP_MSFILTER:
        return set_filter_v4(sk, value);
    case MCAST_JOIN_GROUP:
    case MCAST_LEAVE_GROUP:
        return change_group(sk, name, value);
    case MCAST_MSFILTER:
        return set_filter_any(sk, value);
    default:
        return name <= IP_DROP_SOURCE_MEMBERSHIP ? change_source_v4(sk, name, value)
                                                 : change_source_any(sk, name, value);
    }
}

Result<u32> ip_mc_getsockopt(inet_sock& sk, int name, std::span<u8> value) {
    if (name == IP_MSFILTER) {
        const auto header = TRY(request_of<FilterHeader>(value));
        const auto* filter = TRY(ip_mc_get_filter(sk, header.group, {header.interface, 0}));
        return answer_filter(value, header, *filter, plain);
    }
    const auto header = TRY(request_of<GroupFilterHeader>(value));
    if (!is_v4(header.group)) return Errno{EADDRNOTAVAIL};
    const auto* filter =
        TRY(ip_mc_get_filter(sk, header.group.in.sin_addr, {{}, static_cast<int>(header.ifindex)}));
    return answer_filter(value, header, *filter, stored);
}
