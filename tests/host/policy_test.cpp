// The socket policy: its language, whom and what it stops, where each hook is, and the lock.
#include <gtest/gtest.h>

#include "net/security.h"
#include "net/security/policy.h"
#include "tests/host/packets.h"
#include "tests/host/rule_texts.h"

namespace {

using namespace host;

std::string shown() {
    TextBuffer out;
    policy_show(out);
    return std::string(out.text());
}
int store(const std::string& text) {
    auto done = policy_store(text);
    return done.ok() ? 0 : done.error().code;
}
std::string parsed(const std::string& line) {
    PolicyTable table;
    RuleTextError error;
    auto done = edit_policy(table, line, error);
    if (!done.ok()) return std::to_string(done.error().code) + " " + error.message;
    TextBuffer out;
    for (PolicyRule& rule : table.rules) print_policy_rule(out, rule);
    return std::string(out.text());
}

TEST(PolicyText, WhatIsReadIsWritten) {
    for (const char* rule :
         {"any allow", "connect deny EACCES", "bind,connect uid 1000 deny EPERM",
          "create family inet type raw deny EACCES", "sendmsg program nc address 10.0.0.0/8 log",
          "connect not program /bin/wget port 80 deny EACCES", "listen port 1-1023 deny EACCES",
          "create family 77 type 6 allow", "connect address fe80::/64 deny EPERM",
          "post_create,socketpair,recvmsg,sock_rcv_skb,unix_stream_connect,unix_may_send log"})
        EXPECT_EQ(parsed(std::string("add ") + rule), rule);
    EXPECT_EQ(parsed("add connect deny # all"), "connect deny EACCES");
}

TEST(PolicyText, WhatIsWrongIsSaid) {
    const std::pair<const char*, const char*> cases[] = {
        {"add", "22 the call is missing"},
        {"add open deny", "22 open: no such call"},
        {"add connect,open deny", "22 open: no such call"},
        {"add connect", "22 allow, deny or log is missing"},
        {"add connect port", "22 port: a value is missing"},
        {"add connect port x deny", "22 x: no such value"},
        {"add connect uid -1 deny", "22 -1: no such value"},
        {"add connect program a/b deny", "22 a/b: no such value"},
        {"add connect uid 1 uid 2 deny", "22 uid: asked twice"},
        {"add connect not deny", "22 deny: nothing that `not` goes with"},
        {"add connect refuse", "22 refuse: neither a match nor allow, deny or log"},
        {"add connect deny EINVAL", "22 EINVAL: unexpected word"},
        {"add connect allow EPERM", "22 EPERM: unexpected word"},
        {"default", "22 the default is allow or deny"},
        {"delete 1", "2 there is no such rule"},
        {"insert 3 any deny", "2 there is no such place"},
        {"lock it", "22 it: unexpected word"},
        {"open", "22 open: no such command"},
    };
    for (auto& [line, why] : cases) EXPECT_EQ(parsed(line), why) << line;
}

TEST(PolicyText, NoTextDoesHarm) {
    const char* const words[] = {
        "add",  "insert",       "delete", "flush", "default", "lock",    "zero",
        "any",  "connect,bind", "uid",    "1000",  "program", "/bin/nc", "family",
        "inet", "type",         "raw",    "port",  "1-2",     "address", "10.0.0.0/8",
        "not",  "deny",         "EPERM",  "log",   "\n",      "hits",    ","};
    try_random_texts<PolicyTable>(11, words, edit_policy, print_policy, [](PolicyTable& table) {
        if (table.rules.count() > 200) table.rules.clear();
    });
}

class PolicyTest : public NetTest {
  protected:
    void TearDown() override {
        credentials = {1, 0, 0, true};
        EXPECT_EQ(store("flush\ndefault allow\nzero"), 0);
        NetTest::TearDown();
    }
};

TEST_F(PolicyTest, ConnectByPortAndAddress) {
    TestSocket s, other;
    ASSERT_EQ(store("add connect port 80 address 127.0.0.0/8 deny EPERM\n"
                    "add connect port 81 deny\n"),
              0);
    EXPECT_EQ(s.connect(INADDR_LOOPBACK, 80), EPERM);
    EXPECT_EQ(s.connect(INADDR_LOOPBACK, 81), EACCES);
    EXPECT_EQ(s.connect(peer_ip, 80), 0);
    EXPECT_EQ(other.connect(INADDR_LOOPBACK, 82), 0);
    EXPECT_TRUE(contains(shown(), "deny EPERM hits 1\n")) << shown();
    EXPECT_EQ(store("flush"), 0);
    EXPECT_EQ(s.connect(INADDR_LOOPBACK, 80), 0);
}

TEST_F(PolicyTest, ByUserAndProgram) {
    TestSocket s;
    ASSERT_EQ(store("add bind uid 1000 program test deny\n"), 0);
    EXPECT_EQ(s.bind(0, 5001), 0);
    TestSocket t;
    credentials.uid = 1000;
    EXPECT_EQ(t.bind(0, 5002), EACCES);
    credentials.uid = 0;
    ASSERT_EQ(store("flush\nadd bind uid 1000 program /bin/other deny\n"), 0);
    credentials.uid = 1000;
    EXPECT_EQ(t.bind(0, 5002), 0);
}

TEST_F(PolicyTest, TheFirstAnswerCountsAndTheDefaultIsLast) {
    ASSERT_EQ(store("default deny\nadd create family inet type dgram allow\nadd bind log\n"
                    "add bind port 5003 allow"),
              0);
    TestSocket s;
    ASSERT_TRUE(s.sock.get() == nullptr); // post_create is denied by default
    ASSERT_EQ(store("insert 1 post_create allow"), 0);
    TestSocket t;
    EXPECT_EQ(t.bind(0, 5003), 0);
    EXPECT_EQ(t.bind(0, 5004), EACCES);
    EXPECT_EQ(sock_create(AF_INET, SOCK_STREAM, 0).error().code, EACCES);
}

TEST_F(PolicyTest, SendmsgKnowsThePeerOfAConnectedSocket) {
    TestSocket s;
    ASSERT_EQ(s.connect(INADDR_LOOPBACK, 5005), 0);
    ASSERT_EQ(store("add sendmsg port 5005 deny"), 0);
    EXPECT_EQ(s.send(text("x")), -EACCES);
    TestSocket t;
    EXPECT_EQ(t.send_to(text("x"), INADDR_LOOPBACK, 5005), -EACCES);
    EXPECT_EQ(t.send_to(text("x"), INADDR_LOOPBACK, 5006), 1);
}

TEST_F(PolicyTest, APacketMayBeKeptFromItsSocket) {
    TestSocket server, client;
    ASSERT_EQ(server.bind(INADDR_LOOPBACK, 5007), 0);
    ASSERT_EQ(client.bind(INADDR_LOOPBACK, 5008), 0);
    ASSERT_EQ(store("add sock_rcv_skb port 5008 deny"), 0);
    EXPECT_EQ(client.send_to(text("x"), INADDR_LOOPBACK, 5007), 1);
    EXPECT_EQ(server.receive().error, EAGAIN);
    ASSERT_EQ(store("flush"), 0);
    EXPECT_EQ(client.send_to(text("x"), INADDR_LOOPBACK, 5007), 1);
    EXPECT_EQ(server.receive().data, text("x"));
}

// A raw socket gets whatever says that it is UDP, also what is too short for ports.
TEST_F(PolicyTest, ARawSocketsPacketHasNoPorts) {
    TestSocket raw(SOCK_RAW, IPPROTO_UDP);
    ASSERT_EQ(store("add sock_rcv_skb port 9 deny"), 0);
    for (const Frame& payload : {Frame{}, Frame{0}, Frame{0, 9}}) {
        Frame frame = ethernet(ETH_P_IP, ipv4(payload, {.protocol = IPPROTO_UDP}));
        frame.resize(14 + 20 + payload.size()); // without padding: the buffer ends there
        device->inject(frame);
        run_for(ms_to_ns(1));
        EXPECT_EQ(raw.receive().data.size(), 20 + payload.size());
    }
}

TEST_F(PolicyTest, ReceivedPacketsOfIPv6HaveASource) {
    sockaddr_in6 to;
    to.sin6_family = AF_INET6;
    to.sin6_port = be16(u16{5010});
    to.sin6_addr = in6_loopback;
    SockaddrStorage name{};
    std::memcpy(name.bytes, &to, sizeof to);
    auto server = sock_create(AF_INET6, SOCK_DGRAM, 0),
         client = sock_create(AF_INET6, SOCK_DGRAM, 0);
    ASSERT_TRUE(server.ok() && client.ok());
    ASSERT_TRUE(sock_bind(**server, name, sizeof to).ok());
    u8 byte = 'x';
    auto arrives = [&](const char* rule) {
        EXPECT_EQ(store(std::string("flush\n") + rule), 0);
        msghdr out, in;
        out.name = &name;
        out.namelen = sizeof to;
        out.iter = in.iter = IovIter::of_kernel(&byte, 1);
        EXPECT_TRUE(sock_sendmsg(**client, out).ok());
        run_for(ms_to_ns(1));
        return sock_recvmsg(**server, in, MSG_DONTWAIT).ok();
    };
    EXPECT_FALSE(arrives("add sock_rcv_skb address ::1 deny"));
    EXPECT_TRUE(arrives("add sock_rcv_skb address fe80::/10 deny"));
}

// Each verb is refused when its hook says so.
TEST_F(PolicyTest, EveryVerbHasItsHook) {
    TestSocket s;
    auto refused = [&](const char* call, auto verb) {
        EXPECT_EQ(store(std::string("flush\nadd ") + call + " deny EPERM"), 0);
        auto done = verb();
        EXPECT_TRUE(!done.ok() && done.error() == Errno{EPERM}) << call;
        EXPECT_EQ(store("flush"), 0);
    };
    SockaddrStorage name = address(INADDR_LOOPBACK, 5009);
    refused("create", [&] { return sock_create(AF_INET, SOCK_DGRAM, 0); });
    refused("post_create", [&] { return sock_create(AF_INET, SOCK_DGRAM, 0); });
    refused("socketpair", [&] { return sock_socketpair(*s.sock, *s.sock); });
    refused("bind", [&] { return sock_bind(*s.sock, name, 16); });
    refused("connect", [&] { return sock_connect(*s.sock, name, 16, false); });
    refused("listen", [&] { return sock_listen(*s.sock, 1); });
    refused("accept", [&] { return sock_accept(*s.sock, true); });
    msghdr message;
    refused("sendmsg", [&] { return sock_sendmsg(*s.sock, message); });
    refused("recvmsg", [&] { return sock_recvmsg(*s.sock, message, MSG_DONTWAIT); });
    refused("getsockname", [&] { return sock_getname(*s.sock, name, false); });
    refused("getpeername", [&] { return sock_getname(*s.sock, name, true); });
    u8 value[4] = {};
    refused("getsockopt",
            [&] { return sock_getsockopt(*s.sock, SOL_SOCKET, SO_TYPE, value, false); });
    refused("setsockopt",
            [&] { return sock_setsockopt(*s.sock, SOL_SOCKET, SO_REUSEADDR, value, false); });
    refused("shutdown", [&] { return sock_shutdown(*s.sock, SHUT_RD); });
}

TEST_F(PolicyTest, OnlyTheSuperuserLoads) {
    credentials.net_admin = false;
    EXPECT_EQ(store("add any deny"), EPERM);
    credentials.net_admin = true;
    EXPECT_EQ(store("add any allow\nadd any refuse"), EINVAL);
    EXPECT_TRUE(contains(shown(), "# line 2: refuse: neither")) << shown();
    EXPECT_EQ(store(std::string("add any program \0 allow", 23)), EINVAL);
    EXPECT_TRUE(contains(shown(), "# line 1: a zero byte in the line")) << shown();
    EXPECT_FALSE(contains(shown(), "any allow"));
}

TEST_F(PolicyTest, DenialsAreLogged) {
    TestSocket s;
    ASSERT_EQ(store("add connect port 80 deny"), 0);
    testing::internal::CaptureStderr();
    for (int i = 0; i < 200; i++) EXPECT_EQ(s.connect(INADDR_LOOPBACK, 80), EACCES);
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(contains(log, "policy: denied connect pid=1 uid=0 program=test family=2 type=2 "
                              "address=127.0.0.1 port=80\n"))
        << log;
    EXPECT_LT(std::count(log.begin(), log.end(), '\n'), 60);
}

// Last: nothing undoes it.
TEST(PolicyZLock, NobodyChangesALockedPolicy) {
    EXPECT_EQ(store("add connect port 9 deny\nlock"), 0);
    EXPECT_EQ(store("flush"), EPERM);
    EXPECT_TRUE(contains(shown(), "lock\n"));
}

} // namespace
