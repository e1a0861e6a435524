// What a program sent to the kernel, message by message; acknowledgements, errors and dumps.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/netlink/netlink_sock.h"

namespace {

// What a program's first read of a dump must be able to take (Linux: NLMSG_GOODSIZE), and the most.
constexpr u32 usual_dump = 3776, longest_dump = 32768;

// NLMSG_ERROR: the errno (0: done) and the message that it is about, cut to its header when all is
// well or the program wants no more.
Result<void> netlink_ack(netlink_sock& sk, const NlView& about, int error) {
    const bool whole = error && !sk.cap_ack;
    const usize quoted = whole ? about.payload.size() : 0;
    const usize size = 2 * sizeof(NlHeader) + 4 + nl_align(quoted);
    SkbPtr room(alloc_skb(static_cast<u32>(size), 0));
    if (!room) {
        sk.error = ENOBUFS;
        return Errno{ENOBUFS};
    }
    NlBuilder out({room->put(static_cast<u32>(size)), size});
    const u16 flags = whole ? 0 : NLM_F_CAPPED;
    out.begin({0, NLMSG_ERROR, flags, about.header.sequence, sk.port});
    out.body(i32{-error});
    out.body(about.header);
    if (whole) out.raw(about.payload.data(), quoted);
    out.end();
    return netlink_answer(sk, {room->data, out.size()});
}

Result<void> handle(netlink_sock& sk, const NlView& view, bool& answered) {
    if (!(view.header.flags & NLM_F_REQUEST) || view.header.type < NLMSG_MIN_TYPE) return {};
    NlRequest request{sk, view.header, view.payload, socket_credentials().net_admin};
    auto done = sk.kernel->receive(request);
    answered = request.answered;
    return done;
}

} // namespace

void netlink_rcv(netlink_sock& sk, std::span<const u8> bytes) {
    while (auto view = nl_next(bytes)) {
        bool answered = false;
        auto done = handle(sk, *view, answered);
        if (answered) continue;
        if (!done.ok() || (view->header.flags & NLM_F_ACK))
            if (!netlink_ack(sk, *view, done.ok() ? 0 : done.error().code).ok()) return;
    }
}

Result<void> netlink_dump_start(NlRequest& request, const NlDump& wanted) {
    netlink_sock& sk = request.sk;
    if (sk.dump) return Errno{EBUSY};
    Box<NlDump> dump = TRY(make_box<NlDump>(wanted));
    dump->header = request.header;
    dump->header.port = sk.port;
    if (dump->generation) dump->began_at = dump->generation();
    sk.dump = std::move(dump);
    TRY(netlink_dump_more(sk));
    request.answered = true;
    return {};
}

namespace {

bool finish(NlDump& dump, NlBuilder& out, int error) {
    out.begin(dump.header_of(NLMSG_DONE));
    out.body(i32{-error});
    return out.end();
}

} // namespace

Result<void> netlink_dump_more(netlink_sock& sk) {
    NlDump& dump = *sk.dump;
    if (sk.receive_allocated >= sk.receive_buffer) return Errno{ENOBUFS};
    const u32 room = max(min(sk.longest_read, longest_dump), usual_dump);
    SkbPtr skb(alloc_skb(room, 0));
    if (!skb) return Errno{ENOBUFS};
    if (dump.generation && dump.generation() != dump.began_at) dump.interrupted = true;
    NlBuilder out({skb->data, room});
    auto all = dump.next(dump, out);
    // One that doesn't fit into an empty buffer never will.
    if (all.ok() && !*all && out.size() == 0) all = Errno{EMSGSIZE};
    // The end needs room too: else it comes in the next buffer.
    const bool ended = (!all.ok() || *all) && finish(dump, out, all.ok() ? 0 : all.error().code);
    skb->put(static_cast<u32>(out.size()));
    if (ended) sk.dump.reset();
    netlink_deliver(sk, std::move(skb));
    return {};
}
