// The small language that the packet rules (net/netfilter) and the socket policy (net/security) are
// written in: words on lines. Reading words, numbers, ranges, address prefixes and what a rule asks
// about; saying which line was wrong, and why.
#pragma once

#include "kernel/base/text_buffer.h"
#include "kernel/uapi/errno.h"
#include "net/services.h"
#include <bit>

// A range of ports, both ends included.
struct PortRange {
    u16 low = 0, high = 0xffff;
    bool contains(u16 port) const { return port >= low && port <= high; }
};

// The first `length` bits of an address of a family (AF_INET: 4 bytes, AF_INET6: 16).
struct AddressPrefix {
    u16 family = 0;
    u8 length = 0;
    u8 bytes[16] = {};
    bool contains(u16 of_family, const u8* address) const;
};

// The words of one line, one after the other.
class Words {
  public:
    explicit Words(std::string_view line) : rest_(line) {}
    // Empty at the end of the line.
    std::string_view next();
    // The next one again, without taking it.
    std::string_view peek() const { return Words(*this).next(); }

  private:
    std::string_view rest_;
};

// What was wrong with the text that was written last; line 0: nothing.
struct RuleTextError {
    u32 line = 0;
    char message[96] = "";
    // Notes the message, in which `word` is quoted when there is one; gives the errno back.
    Errno fail(int code, const char* what, std::string_view word = {});
};

// The place of a word among names; -1: it isn't there.
int index_among(std::span<const char* const> names, std::string_view word);

// What a rule calls a number by; other numbers, up to 255, are written as they are.
struct NamedNumber {
    const char* name;
    u8 number;
};
// False for what is neither.
bool parse_named(std::span<const NamedNumber> names, std::string_view word, u8& number);
void print_named(TextBuffer& out, std::span<const NamedNumber> names, u8 number);

// Nothing may follow. Errors: EINVAL.
Result<void> expect_end(Words& words, RuleTextError& error);
// The number of a rule, from 1 on. Errors: EINVAL.
Result<u32> expect_place(Words& words, RuleTextError& error);
// "packets N bytes N" at the end of a line, by the names given; nothing there is fine. Errors:
// EINVAL.
Result<void> parse_counters(Words& words, std::span<const char* const> names,
                            std::span<u64* const> counters, RuleTextError& error);

// Decimal, or hexadecimal with 0x. False for anything else, and for what is above `high`.
bool parse_number(std::string_view word, u64 high, u64& number);
// "80" or "1000-2000".
bool parse_ports(std::string_view word, PortRange& ports);
// "10.0.2.15" or "10.0.0.0/8"; bits behind the prefix are cleared. "::1" and "fe80::/10" likewise.
bool parse_prefix(std::string_view word, AddressPrefix& prefix);
void print_ports(TextBuffer& out, const PortRange& ports);
void print_prefix(TextBuffer& out, const AddressPrefix& prefix);
// A dotted quad, or groups with the longest run of zeros left out (RFC 5952). Returns its length.
usize format_address(std::span<char> to, u16 family, const u8* address);

// What a rule asks about, of the fields that its language has, in the order of their names.
template <class Field>
struct RuleFields {
    u16 asked = 0;    // a bit for each field: what is held against the rule must have it …
    u16 inverted = 0; // … or must not

    bool asks(Field field) const { return asked >> static_cast<u8>(field) & 1; }
    bool inverts(Field field) const { return inverted >> static_cast<u8>(field) & 1; }

    // Calls `holds` for the fields asked about, until one isn't as it should be.
    template <class Holds>
    bool match(Holds holds) const {
        for (u32 left = asked; left; left &= left - 1) {
            const auto field = static_cast<Field>(std::countr_zero(left));
            if (holds(field) == inverts(field)) return false;
        }
        return true;
    }

    // Reads `[not] FIELD VALUE` as often as it comes; gives back the word that follows, the target.
    // `value`: takes a field and its word, false when that is none. Errors: EINVAL.
    template <class Value>
    Result<std::string_view> parse(Words& words, std::span<const char* const> names,
                                   RuleTextError& error, Value value) {
        std::string_view word = words.next();
        for (; word == "not" || index_among(names, word) >= 0; word = words.next()) {
            const bool inverts = word == "not";
            if (inverts) word = words.next();
            const int field = index_among(names, word);
            if (field < 0) return error.fail(EINVAL, "nothing that `not` goes with", word);
            const std::string_view wanted = words.next();
            const u16 bit = static_cast<u16>(1 << field);
            if (asked & bit) return error.fail(EINVAL, "asked twice", word);
            if (wanted.empty()) return error.fail(EINVAL, "a value is missing", word);
            if (!value(static_cast<Field>(field), wanted))
                return error.fail(EINVAL, "no such value", wanted);
            asked |= bit;
            if (inverts) inverted |= bit;
        }
        return word;
    }

    // The same back, with a blank behind each. `value`: writes a field's.
    template <class Value>
    void print(TextBuffer& out, std::span<const char* const> names, Value value) const {
        for (u8 i = 0; i < names.size(); i++) {
            const auto field = static_cast<Field>(i);
            if (!asks(field)) continue;
            out.print("%s%s ", inverts(field) ? "not " : "", names[i]);
            value(field);
            out.append(" ");
        }
    }
};

// Gives `command` the words of each line that has any; `#` begins a comment. The first line that
// fails ends it, and its number is noted.
template <class Command>
Result<void> each_rule_line(std::string_view text, RuleTextError& error, Command command) {
    error = {};
    for (u32 number = 1; !text.empty(); number++) {
        const usize end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text = end == text.npos ? std::string_view() : text.substr(end + 1);
        Words words(line.substr(0, line.find('#')));
        if (words.peek().empty()) continue;
        Result<void> done = line.find('\0') == line.npos
                                ? command(words)
                                : Result<void>(error.fail(EINVAL, "a zero byte in the line"));
        if (done.ok()) continue;
        if (!error.message[0]) error.fail(done.error().code, "no memory");
        error.line = number;
        return done;
    }
    return {};
}
