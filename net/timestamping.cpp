// Setting the options, filling in the ancillary data, stamping what is sent.
#include "net/timestamping.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/error_queue.h"
#include "net/netdevice.h"

namespace {

// Those of devices may be asked for: there are none that make any.
constexpr u32 hardware = 0x65; // TX_HARDWARE, RX_HARDWARE, SYS_HARDWARE, RAW_HARDWARE
constexpr u32 supported = hardware | SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE |
                          SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID |
                          SOF_TIMESTAMPING_OPT_TSONLY;

struct Stamp {
    u64 seconds, fraction; // fraction: of a second, in the option's unit
};

Stamp stamp_of(Nanoseconds when, u64 unit) { return {when / s_to_ns(1), when % s_to_ns(1) / unit}; }

bool is_new(int name) {
    return name == SO_TIMESTAMP_NEW || name == SO_TIMESTAMPNS_NEW || name == SO_TIMESTAMPING_NEW;
}

Result<void> set_timestamping(sock& sk, u32 flags, bool in_new_form) {
    if (flags & ~supported) return Errno{EINVAL};
    if ((flags & ~sk.timestamping) & SOF_TIMESTAMPING_OPT_ID) sk.timestamping_key = 0;
    sk.timestamping = flags;
    sk.timestamping_new = in_new_form;
    if (flags & SOF_TIMESTAMPING_RX_SOFTWARE) net_enable_timestamps();
    return {};
}

} // namespace

bool is_timestamp_option(int name) {
    return name == SO_TIMESTAMP || name == SO_TIMESTAMPNS || name == SO_TIMESTAMPING ||
           is_new(name);
}

Result<void> sock_set_timestamps(sock& sk, int name, std::span<const u8> value) {
    u32 number;
    if (value.size() < sizeof number) return Errno{EINVAL};
    memcpy(&number, value.data(), sizeof number);
    if (name == SO_TIMESTAMPING || name == SO_TIMESTAMPING_NEW)
        return set_timestamping(sk, number, name == SO_TIMESTAMPING_NEW);
    const bool nanoseconds = name == SO_TIMESTAMPNS || name == SO_TIMESTAMPNS_NEW;
    sk.timestamps = number && !nanoseconds;
    sk.timestamps_ns = number && nanoseconds;
    sk.timestamps_new = number && is_new(name);
    if (number) net_enable_timestamps();
    return {};
}

Result<u32> sock_get_timestamps(const sock& sk, int name, std::span<u8> value) {
    int number = 0;
    switch (name) {
    case SO_TIMESTAMPING:
    case SO_TIMESTAMPING_NEW: {
        // struct so_timestamping: the second word names a device's clock.
        const u32 both[2] = {
            sk.timestamping_new == is_new(name) || name == SO_TIMESTAMPING ? sk.timestamping : 0,
            0};
        return sockopt_answer(value, both, sizeof both);
    }
    case SO_TIMESTAMP:
    case SO_TIMESTAMP_NEW:
        number = sk.timestamps && sk.timestamps_new == is_new(name);
        break;
    default:
        number = sk.timestamps_ns && sk.timestamps_new == is_new(name);
    }
    return sockopt_answer(value, &number, sizeof number);
}

void sock_put_timestamps(sock& sk, const sk_buff& skb, msghdr& message) {
    if (sk.timestamps || sk.timestamps_ns) {
        const Nanoseconds when = skb.timestamp ? skb.timestamp : clock_realtime();
        sk.last_timestamp = when;
        const Stamp stamp = stamp_of(when, sk.timestamps_ns ? 1 : 1000);
        const int type = sk.timestamps_ns
                             ? (sk.timestamps_new ? SO_TIMESTAMPNS_NEW : SCM_TIMESTAMPNS)
                             : (sk.timestamps_new ? SO_TIMESTAMP_NEW : SCM_TIMESTAMP);
        put_cmsg(message, SOL_SOCKET, type, &stamp, sizeof stamp);
    } else if (skb.timestamp) {
        sk.last_timestamp = skb.timestamp;
    }
    if ((sk.timestamping & SOF_TIMESTAMPING_SOFTWARE) && skb.timestamp) {
        // struct scm_timestamping: by software, unused, by the device.
        const Stamp stamps[3] = {stamp_of(skb.timestamp, 1), {0, 0}, {0, 0}};
        put_cmsg(message, SOL_SOCKET, sk.timestamping_new ? SO_TIMESTAMPING_NEW : SCM_TIMESTAMPING,
                 stamps, sizeof stamps);
    }
}

void skb_tx_timestamp(const sk_buff& skb) {
    if (!skb.sk || !(skb.sk->timestamping & SOF_TIMESTAMPING_TX_SOFTWARE)) [[likely]]
        return;
    sock& sk = *skb.sk;
    const bool only_time = sk.timestamping & SOF_TIMESTAMPING_OPT_TSONLY;
    SkbPtr copy(only_time ? alloc_skb(0) : skb_clone(skb));
    if (!copy) return;
    copy->timestamp = clock_realtime();
    ErrorRecord record{};
    record.error.error = ENOMSG;
    record.error.origin = SO_EE_ORIGIN_TIMESTAMPING;
    if (sk.timestamping & SOF_TIMESTAMPING_OPT_ID) record.error.data = sk.timestamping_key++;
    sock_queue_error(sk, std::move(copy), record);
}
