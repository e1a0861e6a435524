// Sums of files: MD5 (RFC 1321), or SHA-256 (FIPS 180-4) if it is called sha256sum.
#include "user/lib/user.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct Digest {
    uint32_t state[8];
    uint64_t length; // bytes
    unsigned char block[64];
};

static bool sha, checking;

static uint32_t left(uint32_t x, unsigned n) { return x << n | x >> (32 - n); }
static uint32_t right(uint32_t x, unsigned n) { return x >> n | x << (32 - n); }

// floor(2^32 |sin(i)|) and the fractions of the primes' cube roots, as the standards print them.
static const uint32_t md5_sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
static const uint32_t sha_roots[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static void md5_block(uint32_t state[8], const unsigned char* in) {
    static const unsigned char turn[4][4] = {
        {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    uint32_t word[16], a = state[0], b = state[1], c = state[2], d = state[3];
    for (int i = 0; i < 16; i++, in += 4) {
        word[i] = in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 | (uint32_t)in[3] << 24;
    }
    for (unsigned i = 0; i < 64; i++) {
        uint32_t mix, k;
        switch (i / 16) {
        case 0:
            mix = (b & c) | (~b & d);
            k = i;
            break;
        case 1:
            mix = (d & b) | (~d & c);
            k = 5 * i + 1;
            break;
        case 2:
            mix = b ^ c ^ d;
            k = 3 * i + 5;
            break;
        default:
            mix = c ^ (b | ~d);
            k = 7 * i;
            break;
        }
        uint32_t next = b + left(a + mix + md5_sines[i] + word[k % 16], turn[i / 16][i % 4]);
        a = d;
        d = c;
        c = b;
        b = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
}

static void sha_block(uint32_t state[8], const unsigned char* in) {
    uint32_t word[64], s[8];
    for (int i = 0; i < 16; i++, in += 4) {
        word[i] = (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t x = word[i - 15], y = word[i - 2];
        word[i] = word[i - 16] + word[i - 7] + (right(x, 7) ^ right(x, 18) ^ x >> 3) +
                  (right(y, 17) ^ right(y, 19) ^ y >> 10);
    }
    memcpy(s, state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t one = s[7] + (right(s[4], 6) ^ right(s[4], 11) ^ right(s[4], 25)) +
                       ((s[4] & s[5]) ^ (~s[4] & s[6])) + sha_roots[i] + word[i];
        uint32_t two = (right(s[0], 2) ^ right(s[0], 13) ^ right(s[0], 22)) +
                       ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += one;
        s[0] = one + two;
    }
    for (int i = 0; i < 8; i++) state[i] += s[i];
}

static void add_bytes(struct Digest* digest, const unsigned char* bytes, size_t length) {
    while (length) {
        size_t at = digest->length % 64, part = 64 - at < length ? 64 - at : length;
        memcpy(digest->block + at, bytes, part);
        digest->length += part;
        bytes += part;
        length -= part;
        if (digest->length % 64 == 0) (sha ? sha_block : md5_block)(digest->state, digest->block);
    }
}

static void finish_digest(struct Digest* digest, char out[65]) {
    static const unsigned char padding[64] = {0x80};
    uint64_t bits = digest->length * 8;
    unsigned char tail[8];
    add_bytes(digest, padding, 1 + (119 - digest->length % 64) % 64);
    for (int i = 0; i < 8; i++) tail[i] = (unsigned char)(bits >> (sha ? 56 - 8 * i : 8 * i));
    add_bytes(digest, tail, 8);
    for (int i = 0; i < (sha ? 32 : 16); i++) {
        int shift = sha ? 24 - i % 4 * 8 : i % 4 * 8;
        snprintf(out + 2 * i, 3, "%02x", (unsigned)(digest->state[i / 4] >> shift) & 255);
    }
}

static bool sum(const char* path, char out[65]) {
    static const struct Digest begins[2] = {
        {.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}},
        {.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                   0x1f83d9ab, 0x5be0cd19}}};
    static unsigned char block[65536];
    struct Digest digest = begins[sha];
    int fd = open_input(path);
    if (fd < 0) return false;
    ssize_t got;
    while ((got = read(fd, block, sizeof block)) > 0) add_bytes(&digest, block, (size_t)got);
    if (got < 0) warn_errno(path);
    if (fd != STDIN_FILENO) close(fd);
    finish_digest(&digest, out);
    return got == 0;
}

static int show(const char* path) {
    char text[65];
    if (!sum(path, text)) return 1;
    printf("%s  %s\n", text, path);
    return 0;
}

static int check(const char* list) {
    FILE* file = open_stream(list);
    if (!file) return 1;
    int status = 0;
    char *line, text[65];
    while ((line = read_line(file, NULL, NULL))) {
        size_t length = strcspn(line, " ");
        const char* path = line[length] ? line + length + 2 : "";
        bool good =
            *path && sum(path, text) && strlen(text) == length && !strncmp(text, line, length);
        printf("%s: %s\n", path, good ? "OK" : "FAILED");
        if (!good) status = 1;
        free(line);
    }
    return status;
}

int main(int argc, char** argv) {
    begin(argv, "md5sum | sha256sum [-c] [FILE...]\n");
    sha = !strncmp(program_name(), "sha", 3);
    while (option(argc, argv, "cb") == 'c') checking = true;
    return for_operands(argc, argv, checking ? check : show);
}
