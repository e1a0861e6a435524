// The receive window: what is offered, when an update is worth sending (RFC 9293,
// section 3.8.6.2.2: no silly windows), and the tuning of the receive buffer.
#include "kernel/base/math.h"
#include "net/tcp/tcp_memory.h"
#include "net/tcp/tcp_output.h"

// Half of the buffer's free space: the other half is for what buffers cost besides their payload.
u32 tcp_receive_space(const tcp_sock& sk) {
    return sk.receive_buffer > sk.receive_allocated ? (sk.receive_buffer - sk.receive_allocated) / 2
                                                    : 0;
}

u32 tcp_offer_window(tcp_sock& sk) {
    const u32 full = min(sk.window_clamp, sk.receive_buffer / 2);
    u32 mss = min(sk.receive_mss, full);
    if (mss == 0) return 0;
    u32 free = min(tcp_receive_space(sk), full);
    if (free < full / 2) {
        sk.quick_acks = 0;
        if (tcp_memory.pressure()) free = min(free, 4 * sk.advertised_mss);
        if (free < mss && free < full / 16) return 0;
    }
    if (sk.receive_scale) {
        const u32 unit = 1u << sk.receive_scale;
        return static_cast<u32>(align_up(free, unit));
    }
    const u32 offered = sk.receive_window_left();
    if (offered <= free - min(free, mss) || offered > free) return free / mss * mss;
    return offered;
}

u16 tcp_select_window(tcp_sock& sk) {
    const u32 before = sk.receive_window_left();
    u32 window = tcp_offer_window(sk);
    const u32 unit = 1u << sk.receive_scale;
    // Never take back what was offered (RFC 9293, section 3.8.6, SHLD-14).
    if (window < before) window = static_cast<u32>(align_up(before, unit));
    window = min(window, tcp_max_window << sk.receive_scale);
    sk.receive_window = window;
    sk.window_update = sk.receive_next;
    return static_cast<u16>(window >> sk.receive_scale);
}

void tcp_initial_receive_window(u32 receive_buffer, u32 clamp, bool scaling, u8& scale,
                                u32& window) {
    scale = 0;
    if (scaling) {
        u32 most = min(max(receive_buffer, tcp_memory.receive_buffer_max), clamp);
        for (; most > tcp_max_window && scale < 14; most >>= 1) scale++;
    }
    window = min(min(receive_buffer / 2, clamp), tcp_max_window);
}

// When the reader takes a whole window's worth within two round trips, the window was what held the
// sender back: twice as much from now on.
void tcp_tune_receive_buffer(tcp_sock& sk, u32 bytes) {
    sk.tuning_bytes += bytes;
    if (sk.receive_buffer_locked || sk.tuning_bytes < sk.receive_buffer / 4) return;
    const Nanoseconds now = clock_monotonic();
    const u32 rtt = max<u32>(sk.receive_rtt_ms, 1);
    if (now - sk.tuning_since <= ms_to_ns(2 * rtt) && !tcp_memory.pressure())
        sk.receive_buffer =
            max(sk.receive_buffer, min(sk.receive_buffer * 2, tcp_memory.receive_buffer_max));
    sk.tuning_bytes = 0;
    sk.tuning_since = now;
}

void tcp_cleanup_rbuf(tcp_sock& sk, u32 copied) {
    TRACE_STATION(tcp, "sk", sk, "copied", copied);
    if (sk.in(tcpf_listen | tcpf_close | tcpf_syn_sent)) return;
    bool wanted = false;
    if (sk.ack_scheduled) {
        // Two segments wait for an ACK already (and no more are gathered), or the reader emptied
        // the queue and isn't one that answers each request by itself.
        const i32 pending = sk.receive_next - sk.window_update;
        wanted = (pending > static_cast<i32>(sk.receive_mss) && !sk.ack_gathering) ||
                 (copied > 0 && sk.receive_queue.empty() && !sk.ping_pong && sk.quick_acks > 0);
    }
    if (!wanted && copied > 0 && !(sk.shutdown & shutdown_receive)) {
        const u32 left = sk.receive_window_left();
        if (2 * left <= sk.window_clamp) {
            const u32 fresh = tcp_offer_window(sk);
            wanted = fresh && fresh >= 2 * left;
        }
    }
    if (wanted) tcp_send_ack(sk);
}
