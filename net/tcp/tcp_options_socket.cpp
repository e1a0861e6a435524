// Ranges and errors are Linux's (net/ipv4/tcp.c, do_tcp_setsockopt).
#include "net/tcp/tcp_options_socket.h"
#include "kernel/base/math.h"
#include "net/tcp/tcp_info.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"
#include "net/tcp/tcp_timer.h"

namespace {

constexpr std::string_view congestion_name = "reno";

// TCP_DEFER_ACCEPT counts in retransmissions of the SYN-ACK: the seconds are rounded up to 1, 3, 7
// …
u32 round_to_retransmissions(u32 seconds) {
    u32 period = 0, timeout = 1;
    for (int count = 0; period < seconds && count < 255; count++) {
        period += timeout;
        timeout = min(timeout * 2, 120u);
    }
    return period;
}

Result<void> set_congestion(std::span<const u8> value) {
    if (value.empty()) return Errno{EINVAL};
    const char* text = reinterpret_cast<const char*>(value.data());
    usize length = 0;
    while (length < value.size() && length < 15 && text[length]) length++;
    if (std::string_view(text, length) != congestion_name) return Errno{ENOENT};
    return {};
}

Result<void> in_range(int value, int low, int high) {
    return value < low || value > high ? Result<void>(Errno{EINVAL}) : Result<void>();
}

void set_nodelay(tcp_sock& sk, bool on) {
    if (!on) {
        sk.nonagle &= static_cast<u8>(~nagle_off);
        return;
    }
    sk.nonagle |= nagle_off;
    if (!(sk.nonagle & nagle_cork)) tcp_push_pending_frames(sk);
}

void set_cork(tcp_sock& sk, bool on) {
    if (on) {
        sk.nonagle |= nagle_cork;
        return;
    }
    sk.nonagle &= static_cast<u8>(~nagle_cork);
    tcp_push(sk, sk.nonagle | nagle_off);
}

Result<void> set_keep_idle(tcp_sock& sk, int seconds) {
    TRY(in_range(seconds, 1, 32767));
    sk.keep_idle = static_cast<u32>(seconds);
    if (sk.keepalive && !sk.in(tcpf_close | tcpf_listen)) tcp_arm_keepalive(sk);
    return {};
}

Result<void> set_window_clamp(tcp_sock& sk, int value) {
    if (value == 0) {
        if (sk.state != TCP_CLOSE) return Errno{EINVAL};
        sk.window_clamp = 0xffff'ffff;
        return {};
    }
    sk.window_clamp = static_cast<u32>(max(value, static_cast<int>(tcp_buffer_min / 2)));
    return {};
}

void set_quick_ack(tcp_sock& sk, bool on) {
    if (!on) {
        sk.ping_pong = true;
        return;
    }
    sk.ping_pong = false;
    if (sk.in(tcpf_established | tcpf_close_wait) && sk.ack_scheduled) tcp_send_ack(sk);
}

Result<void> set_maxseg(tcp_sock& sk, int value) {
    if (value && (value < 88 || value > 32767)) return Errno{EINVAL};
    sk.user_mss = static_cast<u32>(value);
    return {};
}

// The timeouts and counts.
Result<void> set_timing(tcp_sock& sk, int name, int value) {
    switch (name) {
    case TCP_KEEPIDLE:
        return set_keep_idle(sk, value);
    case TCP_KEEPINTVL:
        TRY(in_range(value, 1, 32767));
        sk.keep_interval = static_cast<u32>(value);
        return {};
    case TCP_KEEPCNT:
        TRY(in_range(value, 1, 127));
        sk.keep_count = static_cast<u8>(value);
        return {};
    case TCP_SYNCNT:
        TRY(in_range(value, 1, 127));
        sk.syn_retries = static_cast<u8>(value);
        return {};
    case TCP_LINGER2:
        sk.linger2 = value < 0 ? -1 : min(value, 120);
        return {};
    case TCP_DEFER_ACCEPT:
        sk.defer_accept = value > 0 ? round_to_retransmissions(static_cast<u32>(value)) : 0;
        return {};
    case TCP_USER_TIMEOUT:
        if (value < 0) return Errno{EINVAL};
        sk.user_timeout = static_cast<u32>(value);
        return {};
    }
    return Errno{ENOPROTOOPT};
}

Result<int> get_timing(const tcp_sock& sk, int name) {
    constexpr int in_seconds = 1'000'000'000;
    switch (name) {
    case TCP_KEEPIDLE:
        return static_cast<int>(sk.keep_idle ? sk.keep_idle : tcp_keepalive_time / in_seconds);
    case TCP_KEEPINTVL:
        return static_cast<int>(sk.keep_interval ? sk.keep_interval
                                                 : tcp_keepalive_interval / in_seconds);
    case TCP_KEEPCNT:
        return sk.keep_count ? sk.keep_count : tcp_keepalive_probes;
    case TCP_SYNCNT:
        return sk.syn_retries ? sk.syn_retries : tcp_syn_retries;
    case TCP_LINGER2:
        return sk.linger2 ? sk.linger2 : static_cast<int>(tcp_fin_timeout / in_seconds);
    case TCP_DEFER_ACCEPT:
        return static_cast<int>(sk.defer_accept);
    case TCP_USER_TIMEOUT:
        return static_cast<int>(sk.user_timeout);
    }
    return Errno{ENOPROTOOPT};
}

Result<int> get_number(const tcp_sock& sk, int name) {
    switch (name) {
    case TCP_MAXSEG:
        return static_cast<int>(sk.user_mss && sk.in(tcpf_close | tcpf_listen) ? sk.user_mss
                                                                               : sk.mss);
    case TCP_NODELAY:
        return sk.nonagle & nagle_off ? 1 : 0;
    case TCP_CORK:
        return sk.nonagle & nagle_cork ? 1 : 0;
    case TCP_WINDOW_CLAMP:
        return sk.window_clamp == 0xffff'ffff ? 0 : static_cast<int>(sk.window_clamp);
    case TCP_QUICKACK:
        return sk.ping_pong ? 0 : 1;
    case TCP_NOTSENT_LOWAT:
        return static_cast<int>(sk.notsent_low_water);
    case TCP_INQ:
        return sk.report_unread;
    }
    return get_timing(sk, name);
}

} // namespace

void tcp_set_keepalive(sock& base, bool on) {
    tcp_sock& sk = tcp_sk(base);
    if (sk.in(tcpf_close | tcpf_listen)) return;
    if (on)
        tcp_arm_keepalive(sk);
    else if (!sk.dead)
        sk.keepalive_timer.stop();
}

Result<void> tcp_setsockopt(sock& base, int level, int name, std::span<const u8> value) {
    tcp_sock& sk = tcp_sk(base);
    if (level != IPPROTO_TCP) return Errno{ENOPROTOOPT};
    if (name == TCP_CONGESTION) return set_congestion(value);
    int number;
    if (value.size() < sizeof number) return Errno{EINVAL};
    memcpy(&number, value.data(), sizeof number);
    Ref<tcp_sock> held(sk);
    switch (name) {
    case TCP_NODELAY:
        set_nodelay(sk, number);
        return {};
    case TCP_CORK:
        set_cork(sk, number);
        return {};
    case TCP_MAXSEG:
        return set_maxseg(sk, number);
    case TCP_WINDOW_CLAMP:
        return set_window_clamp(sk, number);
    case TCP_QUICKACK:
        set_quick_ack(sk, number);
        return {};
    case TCP_NOTSENT_LOWAT:
        sk.notsent_low_water = static_cast<u32>(number);
        tcp_check_space(sk);
        return {};
    case TCP_INQ:
        TRY(in_range(number, 0, 1));
        sk.report_unread = number;
        return {};
    }
    return set_timing(sk, name, number);
}

Result<u32> tcp_getsockopt(sock& base, int level, int name, std::span<u8> value) {
    tcp_sock& sk = tcp_sk(base);
    if (level != IPPROTO_TCP) return Errno{ENOPROTOOPT};
    if (name == TCP_INFO) {
        tcp_info info;
        tcp_get_info(sk, info);
        return sockopt_answer(value, &info, sizeof info);
    }
    if (name == TCP_CONGESTION) {
        char text[16] = {};
        copy_string(text, sizeof text, congestion_name);
        return sockopt_answer(value, text, sizeof text);
    }
    const int number = TRY(get_number(sk, name));
    return sockopt_answer(value, &number, sizeof number);
}
