// Descriptors on their way. A socket in a message may hold, in its own queue, the message that
// holds it: no reference count frees such a cycle. So, as Linux's net/unix/garbage.c does: of the
// sockets in flight, those whose every reference is in flight are candidates; what messages in the
// candidates' own queues hold is taken off; who then has a reference left is reached from
// outside, and so is all that its queue leads to; the rest is garbage, and its messages are thrown
// away.
#include "net/unix/unix_sock.h"

namespace {

using InFlightList = List<unix_sock, &unix_sock::in_flight_node>;

constexpr u32 many_sockets = 16000; // Linux: UNIX_INFLIGHT_TRIGGER_GC

InFlightList in_flight, candidates;
u32 sockets_in_flight = 0, files_in_flight = 0;
bool collecting = false;

// Each user's account of descriptors in flight.
struct UserAccount {
    explicit UserAccount(u32 uid) : uid(uid) {}
    ListNode node;
    u32 uid;
    u32 count = 0;
};
List<UserAccount, &UserAccount::node> accounts;

Result<UserAccount*> account_of(u32 uid) {
    for (UserAccount& account : accounts)
        if (account.uid == uid) return &account;
    UserAccount* fresh = TRY(make_box<UserAccount>(uid)).release();
    accounts.push_back(*fresh);
    return fresh;
}

void settle(u32 uid, u32 count) {
    for (UserAccount& account : accounts) {
        if (account.uid != uid) continue;
        account.count -= count;
        if (account.count == 0) Box<UserAccount>(&account).reset();
        return;
    }
}

unix_sock* unix_sock_of(file& held) {
    socket* found = unix_services().socket_of(held);
    return found && found->family == AF_UNIX && found->sk ? &unix_of(*found) : nullptr;
}

// Calls visit(candidate, message) for each candidate that a message in the queue holds.
template <class Visit>
void scan_queue(unix_sock& sk, Visit visit) {
    for (sk_buff& skb : sk.receive_queue.list) {
        FileList* files = unix_control(skb).files;
        if (!files) continue;
        for (u32 i = 0; i < files->count; i++) {
            unix_sock* child = unix_sock_of(*files->files[i]);
            if (child && child->candidate) visit(*child, sk, skb);
        }
    }
}

// A listener leads to the queues of those that wait to be accepted.
template <class Visit>
void scan_children(unix_sock& sk, Visit visit) {
    if (sk.state != TCP_LISTEN) return scan_queue(sk, visit);
    for (unix_sock& waiting : sk.pending) scan_queue(waiting, visit);
}

void find_candidates() {
    for (unix_sock& sk : in_flight) {
        if (unix_services().file_references(*sk.opened) != sk.in_flight) continue;
        InFlightList::remove(sk);
        sk.candidate = sk.maybe_garbage = true;
        candidates.push_back(sk);
    }
}

// Takes those that are reached from outside off the candidates, and what they lead to. The counts
// of all that they lead to are right again.
void spare_reachable(InFlightList& spared) {
    auto reach = [](unix_sock& child, unix_sock&, sk_buff&) {
        child.in_flight++;
        if (!child.maybe_garbage) return;
        InFlightList::remove(child); // to be looked at (again), as it may have been passed already
        candidates.push_back(child);
    };
    for (unix_sock* sk = candidates.front(); sk;) {
        if (sk->in_flight == 0) {
            sk = candidates.next(*sk);
            continue;
        }
        sk->maybe_garbage = false;
        scan_children(*sk, reach);
        unix_sock* next = candidates.next(*sk); // only now: the children went to the end
        InFlightList::remove(*sk);
        spared.push_back(*sk);
        sk = next;
    }
}

void take_messages(unix_sock& holder, SkbQueue& doomed) {
    for (sk_buff& skb : holder.receive_queue.list) {
        FileList* files = unix_control(skb).files;
        bool holds = false;
        for (u32 i = 0; files && i < files->count && !holds; i++) {
            unix_sock* child = unix_sock_of(*files->files[i]);
            holds = child && child->candidate;
        }
        if (!holds) continue;
        if (holder.urgent == &skb) holder.urgent = nullptr;
        doomed.push_back(holder.receive_queue.remove(skb));
    }
}

// What is left of the candidates is garbage: puts their counts right and empties their queues of
// each other.
void condemn(SkbQueue& doomed) {
    for (unix_sock& sk : candidates)
        scan_children(sk, [](unix_sock& child, unix_sock&, sk_buff&) { child.in_flight++; });
    for (unix_sock& sk : candidates) {
        if (sk.state != TCP_LISTEN) take_messages(sk, doomed);
        for (unix_sock& waiting : sk.pending) take_messages(waiting, doomed);
    }
}

void back_in_flight(InFlightList& from) {
    while (unix_sock* sk = from.pop_front()) {
        sk->candidate = sk->maybe_garbage = false;
        in_flight.push_back(*sk);
    }
}

} // namespace

u32 unix_files_in_flight() { return files_in_flight; }
u32 unix_sockets_in_flight() { return sockets_in_flight; }

Result<void> files_take_off(FileList& list) {
    const SocketCredentials who = socket_credentials();
    UserAccount& account = *TRY(account_of(who.uid));
    if (account.count > unix_services().in_flight_limit() && !who.net_admin)
        return Errno{ETOOMANYREFS};
    account.count += list.count;
    files_in_flight += list.count;
    list.uid = who.uid;
    list.in_flight = true;
    for (u32 i = 0; i < list.count; i++) {
        unix_sock* sk = unix_sock_of(*list.files[i]);
        if (!sk) continue;
        if (sk->in_flight++ == 0) {
            sk->opened = list.files[i];
            in_flight.push_back(*sk);
        }
        sockets_in_flight++;
    }
    return {};
}

void files_land(FileList& list) {
    list.in_flight = false;
    settle(list.uid, list.count);
    files_in_flight -= list.count;
    for (u32 i = 0; i < list.count; i++) {
        unix_sock* sk = unix_sock_of(*list.files[i]);
        if (!sk) continue;
        if (--sk->in_flight == 0) {
            sk->opened = nullptr;
            InFlightList::remove(*sk);
        }
        sockets_in_flight--;
    }
}

void unix_gc() {
    if (sockets_in_flight == 0 || collecting) return;
    collecting = true;
    find_candidates();
    for (unix_sock& sk : candidates)
        scan_children(sk, [](unix_sock& child, unix_sock&, sk_buff&) { child.in_flight--; });
    InFlightList spared;
    spare_reachable(spared);
    SkbQueue doomed;
    condemn(doomed);
    back_in_flight(spared);
    back_in_flight(candidates);
    doomed.purge(); // closes the sockets, which may start here once more
    collecting = false;
}

void unix_gc_after_close() {
    static u32 closes = 0;
    if (++closes * 64 < sockets_in_flight) return;
    closes = 0;
    unix_gc();
}

void unix_gc_if_many() {
    if (sockets_in_flight > many_sockets) unix_gc();
}
