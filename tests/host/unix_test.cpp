// net/unix on the host: the sockets under a kernel of the test's own, whose files are counters: so
// that leaks, the collector and failing memory can be watched from inside.
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "net/net_init.h"
#include "tests/host/host_net.h"
#include "tests/host/unix_files.h"

namespace {

using namespace host;

socket& at(int fd) { return *descriptors.at(fd)->sock; }

struct Pair {
    int a, b;
};
Pair make_pair(int type = SOCK_STREAM) {
    Ref<socket> a = sock_create(AF_UNIX, type, 0).value();
    Ref<socket> b = sock_create(AF_UNIX, type, 0).value();
    EXPECT_TRUE(a->ops->socketpair(*a, *b).ok());
    return {open_socket(std::move(a)), open_socket(std::move(b))};
}

std::vector<u8> rights(std::vector<int> fds) {
    std::vector<u8> bytes(16 + fds.size() * 4);
    const u64 length = bytes.size();
    const int level = SOL_SOCKET, type = SCM_RIGHTS;
    memcpy(bytes.data(), &length, 8);
    memcpy(bytes.data() + 8, &level, 4);
    memcpy(bytes.data() + 12, &type, 4);
    memcpy(bytes.data() + 16, fds.data(), fds.size() * 4);
    return bytes;
}

int send(int fd, const std::string& text, std::vector<int> files = {}, u32 flags = MSG_DONTWAIT) {
    msghdr message;
    message.iter = IovIter::of_kernel(text.data(), text.size());
    message.flags = flags;
    std::vector<u8> control;
    if (!files.empty()) {
        control = rights(files);
        message.control = control.data();
        message.controllen = static_cast<u32>(control.size());
    }
    auto sent = sock_sendmsg(at(fd), message);
    return sent.ok() ? static_cast<int>(*sent) : -sent.error().code;
}

struct Received {
    int result;
    std::string text;
    std::vector<int> files;
    u32 flags;
};

Received receive(int fd, usize bytes, u32 room = 256, u32 flags = MSG_DONTWAIT) {
    std::string text(bytes, 0);
    std::vector<u8> control(room);
    msghdr message;
    message.iter = IovIter::of_kernel(text.data(), bytes);
    message.control = room ? control.data() : nullptr;
    message.controllen = message.control_room = room;
    auto got = sock_recvmsg(at(fd), message, flags);
    if (!got.ok()) return {-got.error().code, "", {}, 0};
    text.resize(*got);
    Received answer{static_cast<int>(*got), text, {}, message.flags};
    if (message.controllen >= 16) {
        u64 length;
        memcpy(&length, control.data(), 8);
        answer.files.resize((length - 16) / 4);
        memcpy(answer.files.data(), control.data() + 16, length - 16);
    }
    return answer;
}

SockaddrStorage named(const std::string& name, u32& length) {
    SockaddrStorage address{};
    address.bytes[0] = AF_UNIX;
    memcpy(address.bytes + 2, name.data(), name.size());
    length = static_cast<u32>(2 + name.size());
    return address;
}

class Unix : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        unix_register_services(file_services);
        static const bool ready = net_init().ok();
        ASSERT_TRUE(ready);
    }
    void SetUp() override { before_ = host::live_allocations(); }
    // After every test: no file, no message, no byte is left.
    void TearDown() override {
        while (!descriptors.empty()) close_fd(descriptors.begin()->first);
        unix_gc();
        inodes.clear();
        EXPECT_EQ(live_files, 0);
        EXPECT_EQ(unix_sockets(), 0u);
        EXPECT_EQ(unix_files_in_flight(), 0u);
        EXPECT_EQ(unix_sockets_in_flight(), 0u);
        for (auto& [number, count] : held_inodes) EXPECT_EQ(count, 0) << number;
        EXPECT_EQ(host::live_allocations(), before_);
        host::credentials = {1, 0, 0, true};
        any_descriptor = true;
    }

  private:
    usize before_ = 0;
};

TEST_F(Unix, BytesKeepTheirOrderAcrossPieces) {
    auto [a, b] = make_pair();
    std::string text(150000, 0);
    for (usize i = 0; i < text.size(); i++) text[i] = static_cast<char>(i * 31 + i / 257);
    EXPECT_EQ(send(a, text), 150000);
    std::string got;
    for (usize step = 1; got.size() < text.size(); step = step * 3 + 1)
        got += receive(b, step).text;
    EXPECT_TRUE(got == text);
    EXPECT_EQ(at(a).sk->send_allocated, 0u);
}

TEST_F(Unix, AFullReceiverStopsTheSender) {
    auto [a, b] = make_pair();
    const std::string piece(30000, 'x');
    int sent = 0, result;
    while ((result = send(a, piece)) > 0) sent += result;
    EXPECT_EQ(result, -EAGAIN);
    EXPECT_FALSE(sock_poll(at(a), nullptr) & POLLOUT);
    int got = 0;
    while ((result = receive(b, 1 << 20).result) > 0) got += result;
    EXPECT_EQ(got, sent);
    EXPECT_TRUE(sock_poll(at(a), nullptr) & POLLOUT);
}

TEST_F(Unix, ABlockedReaderIsWoken) {
    auto [a, b] = make_pair();
    host::at(clock_monotonic() + ms_to_ns(5), [a = a] { send(a, "late"); });
    EXPECT_EQ(receive(b, 10, 0, 0).text, "late");
    host::at(clock_monotonic() + ms_to_ns(5), [a = a] { close_fd(a); });
    EXPECT_EQ(receive(b, 10, 0, 0).result, 0);
}

TEST_F(Unix, FilesTravelAndAreCounted) {
    auto [a, b] = make_pair();
    auto [c, d] = make_pair();
    EXPECT_EQ(send(a, "f", {c, d, c}), 1);
    EXPECT_EQ(unix_files_in_flight(), 3u);
    EXPECT_EQ(unix_sockets_in_flight(), 3u);
    EXPECT_EQ(receive(b, 1, 256, MSG_PEEK).files.size(), 3u);
    EXPECT_EQ(unix_files_in_flight(), 3u);
    EXPECT_EQ(receive(b, 1).files.size(), 3u);
    EXPECT_EQ(unix_files_in_flight(), 0u);
}

TEST_F(Unix, FilesWithoutRoomOrDescriptorAreLetGo) {
    auto [a, b] = make_pair();
    auto [c, d] = make_pair();
    EXPECT_EQ(send(a, "f", {c, d}), 1);
    EXPECT_TRUE(receive(b, 1, 16).flags & MSG_CTRUNC);
    EXPECT_EQ(send(a, "f", {c, d}), 1);
    EXPECT_TRUE(receive(b, 1, 0).flags & MSG_CTRUNC);
    EXPECT_EQ(send(a, "f", {c, d}), 1);
    any_descriptor = false;
    Received got = receive(b, 1);
    EXPECT_TRUE(got.flags & MSG_CTRUNC);
    EXPECT_TRUE(got.files.empty());
    EXPECT_EQ(descriptors.at(c)->references, 1);
}

TEST_F(Unix, AUsersDescriptorsInFlightAreBounded) {
    host::credentials = {5, 1000, 1000, false};
    auto [a, b] = make_pair(SOCK_SEQPACKET);
    int sent = 0, result;
    while (sent < 100 && (result = send(a, "f", {b})) == 1) sent++;
    EXPECT_EQ(result, -ETOOMANYREFS);
    EXPECT_EQ(sent, 21);
    EXPECT_EQ(receive(b, 1, 0).result, 1);
    EXPECT_EQ(send(a, "f", {b}), 1);
}

TEST_F(Unix, ASocketInItsOwnQueueIsCollected) {
    auto [a, b] = make_pair();
    EXPECT_EQ(send(a, "self", {b}), 4);
    close_fd(a);
    EXPECT_EQ(live_files, 1);
    close_fd(b);
    EXPECT_EQ(live_files, 1); // nobody has looked since the last descriptor went
    close_fd(make_pair().a);
    EXPECT_EQ(unix_sockets_in_flight(), 0u);
    EXPECT_EQ(live_files, 1); // only the other end of the last pair
}

// Random graphs of sockets in each other's queues, some reachable: exactly the others go.
TEST_F(Unix, TheCollectorTakesWhatIsUnreachableAndNothingElse) {
    std::mt19937 random(7);
    for (int round = 0; round < 200; round++) {
        const int count = 2 + static_cast<int>(random() % 8);
        std::vector<Pair> nodes;
        for (int i = 0; i < count; i++) nodes.push_back(make_pair(SOCK_DGRAM));
        std::vector<std::set<int>> leads(static_cast<usize>(count));
        for (int edge = 0; edge < count * 2; edge++) {
            const usize from = random() % nodes.size(), to = random() % nodes.size();
            ASSERT_EQ(send(nodes[from].a, "e", {nodes[to].b}), 1);
            leads[from].insert(static_cast<int>(to));
        }
        std::set<int> reached;
        std::vector<int> open;
        for (int i = 0; i < count; i++)
            if (random() % 4 == 0) open.push_back(i);
        for (std::vector<int> todo = open; !todo.empty();) {
            const int node = todo.back();
            todo.pop_back();
            if (!reached.insert(node).second) continue;
            for (int next : leads[static_cast<usize>(node)]) todo.push_back(next);
        }
        for (int i = 0; i < count; i++) {
            close_fd(nodes[static_cast<usize>(i)].a);
            if (std::find(open.begin(), open.end(), i) == open.end())
                close_fd(nodes[static_cast<usize>(i)].b);
        }
        unix_gc();
        ASSERT_EQ(live_files, static_cast<int>(reached.size())) << "round " << round;
        for (int node : open) close_fd(nodes[static_cast<usize>(node)].b);
        unix_gc();
        ASSERT_EQ(live_files, 0) << "round " << round;
    }
}

// A chain of 20,000 sockets, each in the queue of the next, goes without nesting.
TEST_F(Unix, ALongChainIsFreedOneByOne) {
    auto [a, b] = make_pair();
    for (int i = 0; i < 20000; i++) {
        auto [c, d] = make_pair();
        ASSERT_EQ(send(c, "x", {b}), 1);
        close_fd(a);
        close_fd(b);
        a = c;
        b = d;
    }
    close_fd(a);
    close_fd(b);
    EXPECT_EQ(live_files, 0);
}

TEST_F(Unix, PathsAndAbstractNames) {
    u32 length;
    int s = open_socket(sock_create(AF_UNIX, SOCK_STREAM, 0).value());
    int t = open_socket(sock_create(AF_UNIX, SOCK_STREAM, 0).value());
    SockaddrStorage path = named("/run/x", length);
    ASSERT_TRUE(sock_bind(at(s), path, length).ok());
    EXPECT_EQ(sock_bind(at(t), path, length).error().code, EADDRINUSE);
    EXPECT_EQ(sock_connect(at(t), path, length, true).error().code, ECONNREFUSED);
    ASSERT_TRUE(sock_listen(at(s), 0).ok());
    EXPECT_TRUE(sock_connect(at(t), path, length, true).ok());
    int u = open_socket(sock_create(AF_UNIX, SOCK_STREAM, 0).value());
    EXPECT_EQ(sock_connect(at(u), path, length, true).error().code, EAGAIN);
    SockaddrStorage name{};
    EXPECT_EQ(sock_getname(at(t), name, true).value(), 9u);
    close_fd(s);
    EXPECT_EQ(receive(t, 1).result, -ECONNRESET);
    EXPECT_EQ(sock_connect(at(u), path, length, true).error().code, ECONNREFUSED);
}

// Every allocation on the way may fail: the call fails, and nothing is lost or left.
TEST_F(Unix, MemoryThatFails) {
    for (long allowed = 0; allowed < 40; allowed++) {
        u32 length;
        SockaddrStorage address = named(std::string("\0name", 5), length);
        auto [a, b] = make_pair();
        int l = open_socket(sock_create(AF_UNIX, SOCK_SEQPACKET, 0).value());
        int c = open_socket(sock_create(AF_UNIX, SOCK_SEQPACKET, 0).value());
        host::fail_allocations_after(allowed);
        const bool joined = sock_bind(at(l), address, length).ok() && sock_listen(at(l), 1).ok() &&
                            sock_connect(at(c), address, length, true).ok();
        const int sent = send(a, "abc", {a, b});
        Received peeked = receive(b, 1, 256, MSG_PEEK);
        host::fail_allocations_after(-1);
        if (sent == 3) {
            EXPECT_TRUE(peeked.files.size() == 2 || (peeked.flags & MSG_CTRUNC));
            EXPECT_EQ(receive(b, 10).files.size(), 2u);
        }
        if (joined) {
            auto accepted = sock_accept(at(l), true);
            ASSERT_TRUE(accepted.ok());
            open_socket(std::move(*accepted));
        }
        while (!descriptors.empty()) close_fd(descriptors.begin()->first);
    }
}

} // namespace
