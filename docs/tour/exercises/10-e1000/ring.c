// Exercise 10: a ring of descriptors that never confuses full and empty.
//
// The driver puts frames in at `next`; what the device has done is taken out at `oldest`. When
// ring_put finds no room it returns false and changes nothing. This ring has a fault: find out
// when.
#include "docs/tour/exercises/10-e1000/ring.h"

unsigned ring_free(const struct Ring* ring) {
    return RING_SIZE - (ring->next - ring->oldest) % RING_SIZE;
}

bool ring_put(struct Ring* ring, int frame) {
    if (ring_free(ring) == 0) return false;
    ring->slot[ring->next] = frame;
    ring->next = (ring->next + 1) % RING_SIZE;
    return true;
}

// The oldest frame; -1 when the ring is empty.
int ring_take(struct Ring* ring) {
    if (ring->oldest == ring->next) return -1;
    int frame = ring->slot[ring->oldest];
    ring->oldest = (ring->oldest + 1) % RING_SIZE;
    return frame;
}
