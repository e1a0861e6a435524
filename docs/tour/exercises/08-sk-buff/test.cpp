// Builds one, and looks at the four pointers, the positions and the bytes.
#include "docs/tour/exercises/expect.h"
#include "net/skbuff.h"

// What the buffers' library asks of a machine: a clock for the trace, and user memory, which there
// isn't any of here.
Nanoseconds clock_monotonic() { return 0; }
usize iov_copy_from_user(void*, uptr, usize) { return 0; }
usize iov_copy_to_user(uptr, const void*, usize) { return 0; }
usize iov_copy_from_user_checksum(void*, uptr, usize, u32&) { return 0; }

SkbPtr build(const u8* payload, u32 length, u16 source, u16 destination);

int main() {
    limit_seconds(5);
    const u8 payload[] = {'p', 'l', 'u', 'm', 'b'};
    const u8 udp[] = {0x13, 0x89, 0x00, 0x35, 0, 13, 0, 0};
    SkbPtr skb = build(payload, sizeof payload, 5001, 53);
    expect(skb && skb->len() == 33, "there are 20 + 8 + 5 bytes");
    expect(skb->network_header != sk_buff::unset && skb->network() == skb->data,
           "data stands at the network header");
    expect(skb->transport_header != sk_buff::unset && skb->transport() == skb->data + 20,
           "the transport header is 20 bytes behind it");
    expect(skb->mac_header == sk_buff::unset, "nobody has set the mac header yet");
    expect(__builtin_memcmp(skb->transport(), udp, sizeof udp) == 0, "the UDP header is right");
    expect(__builtin_memcmp(skb->transport() + 8, payload, sizeof payload) == 0,
           "the payload is behind it");
    expect(skb->headroom() == max_header - 28,
           "the payload was never moved: the headers took 28 bytes of the headroom");
    return 0;
}
