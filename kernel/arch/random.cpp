// A ChaCha20 generator (RFC 8439, 2.3) with fast key erasure: after each batch of output the key is
// replaced by output that nobody gets, so what was given out can't be reconstructed from the state.
#include "kernel/arch/random.h"
#include "kernel/arch/cpu.h"
#include "kernel/base/string.h"

namespace {

u32 key[8];
u64 counter = 0;
bool has_rdrand = false, has_rdseed = false;

u32 rotate(u32 value, int by) { return value << by | value >> (32 - by); }

void quarter_round(u32& a, u32& b, u32& c, u32& d) {
    a += b, d = rotate(d ^ a, 16);
    c += d, b = rotate(b ^ c, 12);
    a += b, d = rotate(d ^ a, 8);
    c += d, b = rotate(b ^ c, 7);
}

void next_block(u32 (&out)[16]) {
    ++counter;
    const u32 start[16] = {0x61707865,
                           0x3320646e,
                           0x79622d32,
                           0x6b206574,
                           key[0],
                           key[1],
                           key[2],
                           key[3],
                           key[4],
                           key[5],
                           key[6],
                           key[7],
                           static_cast<u32>(counter),
                           static_cast<u32>(counter >> 32),
                           0,
                           0};
    u32 x[16];
    memcpy(x, start, sizeof x);
    for (int round = 0; round < 10; ++round) {
        quarter_round(x[0], x[4], x[8], x[12]);
        quarter_round(x[1], x[5], x[9], x[13]);
        quarter_round(x[2], x[6], x[10], x[14]);
        quarter_round(x[3], x[7], x[11], x[15]);
        quarter_round(x[0], x[5], x[10], x[15]);
        quarter_round(x[1], x[6], x[11], x[12]);
        quarter_round(x[2], x[7], x[8], x[13]);
        quarter_round(x[3], x[4], x[9], x[14]);
    }
    for (int i = 0; i < 16; ++i) out[i] = x[i] + start[i];
}

void replace_key() {
    u32 block[16];
    next_block(block);
    memcpy(key, block, sizeof key);
}

// What is given out next. Each refill begins with a new key, and what was given out is wiped.
u8 pool[8 * 64];
usize pool_used = sizeof pool;

void refill_pool() {
    key[4] ^= static_cast<u32>(rdtsc());
    replace_key();
    for (usize offset = 0; offset < sizeof pool; offset += 64) {
        u32 block[16];
        next_block(block);
        memcpy(pool + offset, block, sizeof block);
    }
    replace_key();
    pool_used = 0;
}

u64 hardware_random() {
    u64 value = 0;
    bool ok = false;
    for (int attempt = 0; has_rdseed && !ok && attempt < 10; ++attempt)
        asm volatile("rdseed %0" : "=r"(value), "=@ccc"(ok));
    for (int attempt = 0; has_rdrand && !ok && attempt < 10; ++attempt)
        asm volatile("rdrand %0" : "=r"(value), "=@ccc"(ok));
    return value;
}

} // namespace

void random_add(u64 value) {
    const u64 now = rdtsc();
    key[0] ^= static_cast<u32>(value);
    key[1] ^= static_cast<u32>(value >> 32);
    key[2] ^= static_cast<u32>(now);
    key[3] ^= static_cast<u32>(now >> 32);
    replace_key();
    pool_used = sizeof pool; // the new secret counts from the next byte on
}

void random_init() {
    has_rdrand = cpuid(1).ecx >> 30 & 1;
    has_rdseed = cpuid(0).eax >= 7 && cpuid(7).ebx >> 18 & 1;
    for (int i = 0; i < 16; ++i) random_add(hardware_random());
    random_add(clock_realtime());
}

void random_bytes(std::span<u8> out) {
    for (u8& byte : out) {
        if (pool_used == sizeof pool) refill_pool();
        byte = pool[pool_used];
        pool[pool_used++] = 0;
    }
}
