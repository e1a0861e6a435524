// Solution 10: one slot always stays empty, so that next == oldest means empty and nothing else.
#include "docs/tour/exercises/10-e1000/ring.h"

unsigned ring_free(const struct Ring* ring) { return (ring->oldest - ring->next - 1) % RING_SIZE; }

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
