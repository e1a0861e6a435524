// Texts that programs and the command line hand to the network, for the fuzz targets: rules, a
// policy, ip=.
#include "tests/fuzz/arguments.h"

namespace fuzz {

namespace {

// "add", "insert … 2", "delete 1", now and then.
std::string edit(Input& input, const std::string& chain, const std::string& rule) {
    const std::string place = std::to_string(input.below(4));
    switch (input.below(8)) {
    case 0:
        return "insert " + chain + place + " " + rule;
    case 1:
        return "delete " + chain + place;
    default:
        return "add " + chain + rule;
    }
}

// Two different matches at the most.
std::string matches(Input& input, std::span<const char* const> from) {
    const std::string first = from[input.below(static_cast<u32>(from.size()))];
    const std::string second = from[input.below(static_cast<u32>(from.size()))];
    return first == second && !input.rarely(8) ? first : first + second;
}

// A character that doesn't belong there, or one that is missing.
std::string damaged(Input& input, std::string text) {
    if (!input.rarely(8) || text.empty()) return text;
    const usize place = input.word() % text.size();
    if (input.flag())
        text[place] = static_cast<char>(input.byte());
    else
        text.erase(place, 1 + input.below(8));
    return text;
}

} // namespace

std::string rules(Input& input) {
    const char* const chains[] = {"pre_routing ", "local_in ", "forward ", "local_out ",
                                  "post_routing "};
    const char* const asked[] = {"",
                                 "proto tcp ",
                                 "proto udp ",
                                 "proto icmp type echo-request ",
                                 "proto igmp ",
                                 "from 10.0.2.0/24 ",
                                 "not to 10.0.2.15 ",
                                 "from fe80::/10 ",
                                 "to 2001:db8::/64 ",
                                 "from ::ffff:10.0.2.2 ",
                                 "dport 7200 ",
                                 "not sport 7200-7202 ",
                                 "in eth0 ",
                                 "not out lo ",
                                 "proto 0x3a ",
                                 "type unreachable ",
                                 "type 128 "};
    const char* const targets[] = {"accept", "drop", "reject", "log", "show", "count"};
    const char* const whole[] = {"flush", "zero", "flush ", "zero ", "policy "};
    std::string made = input.rarely(4) ? "flush\n" : "# a comment\n";
    for (u8 count = 1 + input.below(3); count > 0; count--) {
        const std::string chain = input.pick(chains);
        if (input.rarely(8)) {
            const char* const ends[] = {"drop", "accept", "drop packets 7 bytes 1234", ""};
            const u8 which = input.below(5);
            made += whole[which];
            if (which >= 2) made += chain;
            if (which == 4) made += input.pick(ends);
            made += "\n";
            continue;
        }
        std::string rule = matches(input, asked) + input.pick(targets);
        if (input.rarely(8)) rule += " packets 3 bytes 400";
        made += edit(input, chain, rule) + "\n";
    }
    return damaged(input, made);
}

std::string policy(Input& input) {
    const char* const calls[] = {"any ",
                                 "create ",
                                 "bind ",
                                 "connect,sendmsg ",
                                 "recvmsg ",
                                 "accept ",
                                 "sock_rcv_skb ",
                                 "listen ",
                                 "setsockopt ",
                                 "shutdown ",
                                 "unix_stream_connect ",
                                 "unix_may_send ",
                                 "getsockname,getpeername,getsockopt ",
                                 "socketpair "};
    const char* const asked[] = {"",
                                 "uid 1000 ",
                                 "not uid 0 ",
                                 "program test ",
                                 "family inet6 ",
                                 "family 16 ",
                                 "type dgram ",
                                 "type 3 ",
                                 "address 127.0.0.0/8 ",
                                 "not address ::1 ",
                                 "port 7200-7201 ",
                                 "family unix "};
    const char* const targets[] = {"allow", "deny", "deny EPERM", "deny EACCES", "log"};
    const char* const whole[] = {"flush", "zero", "default deny", "default allow hits 12",
                                 "default"};
    std::string made = input.rarely(4) ? "flush\n" : "";
    for (u8 count = 1 + input.below(2); count > 0; count--) {
        if (input.rarely(8)) {
            made += std::string(input.pick(whole)) + "\n";
            continue;
        }
        std::string rule = input.pick(calls) + matches(input, asked) + input.pick(targets);
        if (input.rarely(8)) rule += " hits 5";
        made += edit(input, "", rule) + "\n";
    }
    made = damaged(input, made);
    return made.find("lock") == std::string::npos ? made : "";
}

std::string command_line(Input& input) {
    const char* const values[] = {"",        "10.0.2.15", "255.255.255.0", "10.0.2.2",
                                  "eth0",    "plumb",     "dhcp",          "off",
                                  "1.2.3.4", "on",        "10.0.2.300",    "none"};
    std::string made = input.flag() ? "plumb quiet ip=" : "ip=";
    for (u8 count = input.below(12); count > 0; count--)
        made += std::string(input.pick(values)) + (count > 1 ? ":" : "");
    if (input.rarely(4)) made += " ip=dhcp -- ip=off";
    if (input.rarely(8)) made += std::string(input.byte(), 'x');
    return damaged(input, made);
}

} // namespace fuzz
