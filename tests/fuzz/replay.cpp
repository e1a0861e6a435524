// The corpus that fuzzing left, run as a test: FUZZ_CORPUS is its folder.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "tests/fuzz/fuzz.h"

TEST(Corpus, NothingIsFound) {
    usize inputs = 0;
    for (const auto& entry : std::filesystem::directory_iterator(FUZZ_CORPUS)) {
        SCOPED_TRACE(entry.path());
        std::ifstream file(entry.path(), std::ios::binary);
        const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
        LLVMFuzzerTestOneInput(reinterpret_cast<const u8*>(bytes.data()), bytes.size());
        inputs++;
    }
    EXPECT_GT(inputs, 0u) << "an empty corpus tests nothing";
}
