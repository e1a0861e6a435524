// Fills the ring, empties it, and lets both ends chase one another.
#include "docs/tour/exercises/10-e1000/ring.h"

#include "docs/tour/exercises/expect.h"

int main(void) {
    limit_seconds(5);
    static struct Ring ring;
    expect(ring_take(&ring) == -1, "a fresh ring is empty");
    int put = 0, taken = 0;
    while (put < 10 * RING_SIZE && ring_put(&ring, put)) put++;
    expect(put >= RING_SIZE - 1 && put <= RING_SIZE, "255 frames fit, or 256");
    expect(ring_free(&ring) == 0 && !ring_put(&ring, 0), "then it is full");
    while (taken < put)
        expect(ring_take(&ring) == taken++, "the frames come out in order, all of them");
    expect(ring_take(&ring) == -1, "then it is empty again");
    for (unsigned step = 0; step < 100000; step++) {
        unsigned room = ring_free(&ring);
        bool fitted = ring_put(&ring, put);
        expect(fitted == (room > 0), "ring_put agrees with ring_free");
        put += fitted;
        if (step % 3 == 0)
            expect(ring_take(&ring) == taken++, "the frames come out in order, for ever");
    }
    return 0;
}
