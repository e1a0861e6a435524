// The recogniser of ANSI sequences that the screen uses.
#include "kernel/drivers/ansi.h"
#include <gtest/gtest.h>
#include <string>

namespace {

// What is shown of `text`; commands appear as <final:argument,argument>.
std::string parse(const std::string& text) {
    AnsiParser parser;
    std::string out;
    for (char c : text) {
        switch (parser.feed(c)) {
        case AnsiParser::Event::text:
            out += c;
            break;
        case AnsiParser::Event::more:
            break;
        case AnsiParser::Event::command:
            out += std::string("<") + parser.final();
            for (int i = 0; i < parser.argument_count(); ++i)
                out += (i ? "," : ":") + std::to_string(parser.argument(i));
            out += ">";
        }
    }
    return out;
}

} // namespace

TEST(Ansi, PlainText) { EXPECT_EQ(parse("abc\n"), "abc\n"); }
TEST(Ansi, Commands) {
    EXPECT_EQ(parse("a\033[2Jb\033[10;20Hc\033[1;31md"), "a<J:2>b<H:10,20>c<m:1,31>d");
    EXPECT_EQ(parse("\033[Kx"), "<K:0>x");
    EXPECT_EQ(parse("\033[?25lx"), "<l:25>x");
}
TEST(Ansi, OtherEscapesAreSwallowed) { EXPECT_EQ(parse("a\033cb"), "ab"); }
TEST(Ansi, TooManyAndTooLargeArguments) {
    EXPECT_EQ(parse("\033[1;2;3;4;5;6;7;8;9;10mx"), "<m:1,2,3,4,5,6,7,8910>x");
    EXPECT_EQ(parse("\033[99999999999999Ax").back(), 'x');
}
