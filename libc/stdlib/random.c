// Random numbers: rand(3) and random(3) from a counter well mixed (splitmix64: Steele, Lea, Flood,
// "Fast splittable pseudorandom number generators", 2014), arc4random(3) from the kernel.
#include <stdlib.h>
#include <sys/random.h>

#include "fatal.h"

static uint64_t state = 1;

static uint64_t mix(uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

static uint64_t next(void) { return mix(state += 0x9e3779b97f4a7c15); }

long random(void) { return (long)(next() >> 33); }
void srandom(unsigned seed) { state = seed; }
int rand(void) { return (int)random(); }
void srand(unsigned seed) { srandom(seed); }
int rand_r(unsigned* seed) { return (int)(mix(*seed += 0x9e3779b9) >> 33); }
long lrand48(void) { return random(); }
void srand48(long seed) { state = (uint64_t)seed; }
double drand48(void) { return (double)(next() >> 11) / 9007199254740992.0; } // 2^53

void arc4random_buf(void* buffer, size_t length) {
    for (size_t done = 0; done < length; done += 256) {
        size_t part = length - done < 256 ? length - done : 256;
        if (getentropy((char*)buffer + done, part) < 0) __libc_fatal("no random numbers");
    }
}

uint32_t arc4random(void) {
    uint32_t value;
    arc4random_buf(&value, sizeof value);
    return value;
}

uint32_t arc4random_uniform(uint32_t bound) {
    if (bound < 2) return 0;
    uint32_t skip = -bound % bound; // the lowest values would come too often
    for (;;) {
        uint32_t value = arc4random();
        if (value >= skip) return value % bound;
    }
}
