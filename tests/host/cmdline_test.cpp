// The kernel's command line.
#include "kernel/cmdline.h"
#include <gtest/gtest.h>

TEST(CommandLine, Options) {
    const CommandLine line("plumb.elf init=/bin/sh quiet ip=10.0.2.15::10.0.2.2");
    EXPECT_EQ(line.option("init"), "/bin/sh");
    EXPECT_EQ(line.option("ip"), "10.0.2.15::10.0.2.2");
    EXPECT_EQ(line.option("quiet"), "");
    EXPECT_FALSE(line.option("ini").has_value());
    EXPECT_FALSE(line.option("initrd").has_value());
    EXPECT_EQ(line.init_argument_count(), 0u);
}

TEST(CommandLine, TheLastOneCounts) {
    EXPECT_EQ(CommandLine("init=/a init=/b").option("init"), "/b");
}

TEST(CommandLine, ArgumentsForInit) {
    const CommandLine line("a=1 -- one a=2 \"two words\" --");
    ASSERT_EQ(line.init_argument_count(), 4u);
    EXPECT_STREQ(line.init_argument(0), "one");
    EXPECT_STREQ(line.init_argument(1), "a=2");
    EXPECT_STREQ(line.init_argument(2), "two words");
    EXPECT_STREQ(line.init_argument(3), "--");
    EXPECT_EQ(line.option("a"), "1");
    EXPECT_FALSE(line.option("one").has_value());
}

TEST(CommandLine, NothingAtAll) {
    const CommandLine line("   ");
    EXPECT_FALSE(line.option("").has_value());
    EXPECT_EQ(line.init_argument_count(), 0u);
}

TEST(CommandLine, TooLongAndTooManyAreCut) {
    EXPECT_EQ(CommandLine(std::string(5000, 'x')).option("x"), std::nullopt);
    std::string many = "--";
    for (int i = 0; i < 1000; ++i) many += " w";
    const CommandLine line(many);
    EXPECT_EQ(line.init_argument_count(), CommandLine::max_words - 1);
    EXPECT_EQ(CommandLine("\"unclosed quote a=1").option("a"), std::nullopt);
}
