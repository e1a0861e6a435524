// A message of a unix socket as an sk_buff: its room in the sender's account, its files, its way
// into the receiver's queue.
#include "net/unix/unix_sock.h"

namespace {

// A message is gone: its files too, and the sender has its room back.
void free_message(sk_buff& skb) {
    free_file_list(std::exchange(unix_control(skb).files, nullptr));
    unix_sock& sk = unix_of(*skb.sk);
    sk.send_allocated -= skb.truesize;
    if (sk.owner && sk.writable()) sk.wake(poll_writable);
    sock_put(sk);
}

// What ends a wait for room besides room itself.
Result<void> check_sender(unix_sock& sk) {
    if (sk.error) return Errno{sk.take_error()};
    if (sk.shutdown & shutdown_send) return Errno{EPIPE};
    return {};
}

} // namespace

Result<SkbPtr> unix_alloc_skb(unix_sock& sk, u32 size, bool nonblock, Nanoseconds deadline) {
    TRY(check_sender(sk));
    while (!sk.send_space()) {
        if (nonblock || sk.send_timeout == 0) return Errno{EAGAIN};
        auto waited = wait_until(sk.owner->wait, deadline, [&] {
            return sk.send_space() || sk.error || (sk.shutdown & shutdown_send);
        });
        if (!waited.ok()) return sock_wait_error(waited.error(), sk.send_timeout);
        TRY(check_sender(sk));
    }
    SkbPtr skb(alloc_skb(size, 0));
    if (!skb) return Errno{ENOBUFS};
    sk.ref();
    skb->sk = &sk;
    skb->destructor = free_message;
    sk.send_allocated += skb->truesize;
    unix_control(*skb) = {0, ~0u, ~0u, nullptr};
    return skb;
}

Result<void> unix_attach(sk_buff& skb, ScmCookie& scm) {
    UnixControl& control = unix_control(skb);
    control.pid = scm.identity.pid;
    control.uid = scm.identity.uid;
    control.gid = scm.identity.gid;
    if (!scm.files) return {};
    TRY(files_take_off(*scm.files));
    control.files = std::exchange(scm.files, nullptr);
    return {};
}

void unix_take_files(sk_buff& skb, msghdr& message, ScmCookie& scm, bool peeking) {
    FileList*& files = unix_control(skb).files;
    if (!files) return;
    if (!peeking) {
        files_land(*files);
        scm.files = std::exchange(files, nullptr);
    } else if (!(scm.files = copy_file_list(*files))) {
        message.flags |= MSG_CTRUNC;
    }
}

void unix_deliver(unix_sock& from, unix_sock& to, SkbPtr skb) {
    TRACE_STATION(unix, "from", from, "to", to, "skb", skb);
    UnixControl& control = unix_control(*skb);
    if (control.pid == 0 && (from.pass_credentials || !to.owner || to.pass_credentials)) {
        const UnixIdentity who = unix_services().identity();
        control.pid = who.pid;
        control.uid = who.uid;
        control.gid = who.gid;
    }
    to.receive_queue.push_back(std::move(skb));
    to.wake(poll_readable);
}
