// The Internet checksum against a naive one, at random lengths and offsets.
#include <gtest/gtest.h>
#include <random>
#include <vector>

#include "kernel/base/checksum.h"

namespace {

u16 naive(const u8* data, usize bytes) {
    u64 sum = 0;
    for (usize i = 0; i < bytes; i += 2) sum += data[i] | (i + 1 < bytes ? data[i + 1] << 8 : 0);
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<u16>(~sum);
}

// 0 and 0xffff are the same number in ones' complement.
u16 same(u16 value) { return value == 0xffff ? 0 : value; }

TEST(Checksum, AgreesWithTheNaiveOne) {
    std::mt19937 random(7);
    std::vector<u8> data(4096);
    for (int round = 0; round < 20000; round++) {
        const usize offset = random() % 64, bytes = random() % (round % 2 ? 64 : 3000);
        for (usize i = 0; i < bytes; i++)
            data[offset + i] = static_cast<u8>(round % 3 == 0 ? 0xff : random());
        const u16 wanted = naive(data.data() + offset, bytes);
        ASSERT_EQ(same(checksum_fold(checksum_partial(data.data() + offset, bytes, 0))),
                  same(wanted));
        std::vector<u8> copy(bytes + 1, 0xaa);
        ASSERT_EQ(same(checksum_fold(checksum_copy(copy.data(), data.data() + offset, bytes, 0))),
                  same(wanted));
        ASSERT_TRUE(std::equal(copy.begin(), copy.end() - 1, data.begin() + offset));
        ASSERT_EQ(copy.back(), 0xaa);
    }
}

TEST(Checksum, SumsOfPartsAddUpAtAnySplit) {
    std::mt19937 random(9);
    std::vector<u8> data(512);
    for (u8& byte : data) byte = static_cast<u8>(random());
    for (usize split = 0; split <= data.size(); split++) {
        u32 sum = checksum_partial(data.data(), split, 0);
        const u32 rest = checksum_partial(data.data() + split, data.size() - split, 0);
        sum = checksum_add_block(sum, rest, split);
        ASSERT_EQ(same(checksum_fold(sum)), same(naive(data.data(), data.size()))) << split;
    }
}

} // namespace
