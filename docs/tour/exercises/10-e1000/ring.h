// The ring of exercise 10.
#pragma once

#include <stdbool.h>

enum { RING_SIZE = 256 };

struct Ring {
    int slot[RING_SIZE];
    unsigned next, oldest; // 0 … RING_SIZE - 1; both 0 at the start
};

unsigned ring_free(const struct Ring* ring); // how many frames still fit
bool ring_put(struct Ring* ring, int frame);
int ring_take(struct Ring* ring);
