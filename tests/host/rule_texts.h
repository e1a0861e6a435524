// What the tests of the rules' languages share: texts at random, and that what is shown makes the
// same table.
#pragma once

#include <random>
#include <string>

#include "net/rule_text.h"

namespace host {

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// A few of the words, with blanks between most of them and bytes of any kind among them.
inline std::string random_rule_text(std::mt19937& random, std::span<const char* const> words) {
    std::string text;
    for (u32 n = random() % 12; n > 0; n--) {
        if (random() % 8 == 0)
            text += static_cast<char>(random());
        else
            text += words[random() % words.size()];
        if (random() % 16) text += ' ';
    }
    return text;
}

template <class Table>
using EditRules = Result<void> (*)(Table&, std::string_view, RuleTextError&);
template <class Table>
using PrintRules = void (*)(TextBuffer&, const Table&);

// What is shown, written back, is shown again.
template <class Table>
void expect_same_again(const Table& table, EditRules<Table> edit, PrintRules<Table> print) {
    TextBuffer first, second;
    print(first, table);
    Table again;
    RuleTextError error;
    ASSERT_TRUE(edit(again, first.text(), error).ok()) << error.message;
    print(second, again);
    ASSERT_EQ(first.text(), second.text());
}

// 20,000 random texts, one after the other, into one table: `tidy` empties it when it is full.
template <class Table, class Tidy>
void try_random_texts(u32 seed, std::span<const char* const> words, EditRules<Table> edit,
                      PrintRules<Table> print, Tidy tidy) {
    std::mt19937 random(seed);
    Table table;
    RuleTextError error;
    for (int round = 0; round < 20000; round++) {
        const std::string text = random_rule_text(random, words);
        auto done = edit(table, text, error);
        EXPECT_EQ(done.ok(), error.line == 0);
        tidy(table);
        if (round % 50 == 0) expect_same_again<Table>(table, edit, print);
        if (testing::Test::HasFatalFailure()) return;
    }
}

} // namespace host
