// The line discipline: what is typed, what is echoed, what a program reads.
#include "kernel/fs/line_discipline.h"
#include <gtest/gtest.h>
#include <string>

namespace {
struct Terminal : LineDiscipline::Output {
    void put(u8 c) override { echo += static_cast<char>(c); }
    LineEvent type(const std::string& text) {
        LineEvent last = LineEvent::none;
        for (char c : text) last = line.receive(static_cast<u8>(c), *this);
        return last;
    }
    std::string read(usize most = 1000) {
        std::string text(most, 0);
        text.resize(line.read({reinterpret_cast<u8*>(text.data()), most}));
        return text;
    }
    std::string echoed() { return std::exchange(echo, ""); }
    void raw() {
        TerminalModes m = line.modes;
        m.lflag &= ~static_cast<u32>(ICANON | ECHO | ISIG);
        m.iflag &= ~static_cast<u32>(ICRNL | IXON);
        line.set_modes(m);
    }

    LineDiscipline line;
    std::string echo;
};
} // namespace

TEST(LineDiscipline, LinesAndEcho) {
    Terminal t;
    t.type("ab");
    EXPECT_FALSE(t.line.readable());
    t.type("c\rde\r");
    EXPECT_EQ(t.echoed(), "abc\r\nde\r\n");
    EXPECT_EQ(t.line.available(), 7u);
    EXPECT_EQ(t.read(2), "ab");
    EXPECT_EQ(t.read(), "c\n");
    EXPECT_EQ(t.read(), "de\n");
    EXPECT_FALSE(t.line.readable());
}

TEST(LineDiscipline, Editing) {
    Terminal t;
    t.type("abx\x7f"
           "c\r");
    EXPECT_EQ(t.echoed(), "abx\b \bc\r\n");
    EXPECT_EQ(t.read(), "abc\n");
    t.type("one two\x17"
           "2\r");
    EXPECT_EQ(t.read(), "one 2\n");
    t.echoed();
    t.type("gone\x15"
           "new\r");
    EXPECT_EQ(t.echoed(), "gone\b \b\b \b\b \b\b \bnew\r\n");
    EXPECT_EQ(t.read(), "new\n");
    t.type("\x7f\x7f\x17\r"); // nothing to erase, not the line before either
    EXPECT_EQ(t.read(), "\n");
    t.echoed();
    t.type("a\x01\x7f");
    EXPECT_EQ(t.echoed(), "a^A\b \b\b \b");
    t.type("\tb\x7f\x7f");
    EXPECT_EQ(t.echoed(), "\tb\b \b\b\b\b\b\b\b\b");
}

TEST(LineDiscipline, EndOfFile) {
    Terminal t;
    t.type("\x04");
    EXPECT_TRUE(t.line.readable());
    EXPECT_EQ(t.read(), "");
    EXPECT_FALSE(t.line.readable());
    t.type("part\x04");
    EXPECT_EQ(t.line.available(), 4u);
    EXPECT_EQ(t.read(), "part");
    EXPECT_FALSE(t.line.readable());
    t.type("full\x04");
    EXPECT_EQ(t.read(4), "full"); // no end of file left over
    EXPECT_FALSE(t.line.readable());
}

TEST(LineDiscipline, Signals) {
    Terminal t;
    EXPECT_EQ(t.type("lost\x03"), LineEvent::interrupt);
    EXPECT_EQ(t.echoed(), "lost^C");
    EXPECT_EQ(t.type("\x1c"), LineEvent::quit);
    EXPECT_EQ(t.type("\x1a"), LineEvent::suspend);
    t.type("kept\r");
    EXPECT_EQ(t.read(), "kept\n");
    EXPECT_EQ(t.type("\x13"), LineEvent::stop);
    EXPECT_EQ(t.type("\x11"), LineEvent::start);
    t.type("\x16\x03\r"); // ^V
    EXPECT_EQ(t.read(), "\x03\n");
}

TEST(LineDiscipline, Raw) {
    Terminal t;
    t.type("pending");
    t.raw();
    EXPECT_EQ(t.read(), "pending");
    t.echoed();
    t.type("\x03\r\x7f\x04");
    EXPECT_EQ(t.echoed(), "");
    EXPECT_FALSE(t.line.readable(5));
    EXPECT_TRUE(t.line.readable(4));
    EXPECT_EQ(t.read(), "\x03\r\x7f\x04");
}

TEST(LineDiscipline, FullBuffer) {
    Terminal t;
    t.type(std::string(10000, 'x') + "\r");
    const std::string line = t.read(20000);
    EXPECT_EQ(line, std::string(LineDiscipline::capacity - 1, 'x') + "\n");
    t.type("again\r");
    EXPECT_EQ(t.read(), "again\n");
}

TEST(LineDiscipline, Output) {
    Terminal t;
    for (char c : std::string("a\nb")) t.line.output(static_cast<u8>(c), t);
    EXPECT_EQ(t.echoed(), "a\r\nb");
    t.line.modes.oflag = 0;
    for (char c : std::string("a\nb")) t.line.output(static_cast<u8>(c), t);
    EXPECT_EQ(t.echoed(), "a\nb");
}

TEST(LineDiscipline, Utf8) {
    Terminal t;
    t.line.modes.iflag |= IUTF8;
    t.type("\xc3\xa9x\x7f\x7f");
    EXPECT_EQ(t.echoed(), "\xc3\xa9x\b \b\b \b");
    t.type("z\r");
    EXPECT_EQ(t.read(), "z\n");
}
