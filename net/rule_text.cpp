// Reading and writing the words that rules are made of.
#include "net/rule_text.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/uapi/socket.h"

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 99;
}

bool parse_digits(std::string_view word, unsigned base, u64 high, u64& number) {
    if (word.empty()) return false;
    number = 0;
    for (char c : word) {
        const auto digit = static_cast<unsigned>(digit_value(c));
        if (digit >= base || number > high / base) return false;
        number = number * base + digit;
        if (number > high) return false;
    }
    return true;
}

// What stands in front of `separator`, which is taken away; all of it when there is none.
std::string_view take_until(std::string_view& rest, char separator) {
    const usize at = rest.find(separator);
    const std::string_view part = rest.substr(0, at);
    rest = at == rest.npos ? std::string_view() : rest.substr(at + 1);
    return part;
}

bool parse_quad(std::string_view word, u8* bytes) {
    for (int i = 0; i < 4; i++) {
        if (i < 3 && word.find('.') == word.npos) return false;
        const std::string_view part = i < 3 ? take_until(word, '.') : word;
        u64 number;
        if (!parse_digits(part, 10, 255, number)) return false;
        bytes[i] = static_cast<u8>(number);
    }
    return true;
}

// Groups of 16 bits, up to `most`; how many there were, or -1.
int parse_groups(std::string_view word, u8* bytes, int most) {
    int count = 0;
    while (!word.empty()) {
        u64 number;
        const bool last = word.find(':') == word.npos;
        const std::string_view group = take_until(word, ':');
        if (count == most || group.size() > 4 || !parse_digits(group, 16, 0xffff, number) ||
            (!last && word.empty()))
            return -1;
        bytes[2 * count] = static_cast<u8>(number >> 8);
        bytes[2 * count + 1] = static_cast<u8>(number);
        count++;
    }
    return count;
}

// RFC 4291, section 2.2, without the form that ends in a dotted quad.
bool parse_ipv6(std::string_view word, u8* bytes) {
    const usize gap = word.find("::");
    if (gap == word.npos) return parse_groups(word, bytes, 8) == 8;
    u8 behind[16];
    const int front = parse_groups(word.substr(0, gap), bytes, 7);
    const int back = parse_groups(word.substr(gap + 2), behind, 7);
    if (front < 0 || back < 0 || front + back > 7) return false;
    const usize front_bytes = 2 * static_cast<usize>(front);
    const usize back_bytes = 2 * static_cast<usize>(back);
    memset(bytes + front_bytes, 0, 16 - front_bytes);
    memcpy(bytes + 16 - back_bytes, behind, back_bytes);
    return true;
}

void clear_behind(u8* bytes, u32 length, u32 size) {
    for (u32 bit = length; bit < size * 8; bit++)
        bytes[bit / 8] &= static_cast<u8>(~(0x80u >> bit % 8));
}

u32 group_of(const u8* address, int i) { return u32{address[2 * i]} << 8 | address[2 * i + 1]; }

// The longest run of zero groups, of two at least: where it begins, and its length.
void longest_gap(const u8* address, int& start, int& length) {
    length = 1;
    start = -1;
    for (int i = 0, run = 0; i < 8; i++) {
        run = group_of(address, i) == 0 ? run + 1 : 0;
        if (run <= length) continue;
        length = run;
        start = i - run + 1;
    }
}

} // namespace

bool AddressPrefix::contains(u16 of_family, const u8* address) const {
    if (of_family != family) return false;
    const u32 whole = length / 8, rest = length % 8;
    if (memcmp(bytes, address, whole) != 0) return false;
    return rest == 0 || (bytes[whole] ^ address[whole]) >> (8 - rest) == 0;
}

std::string_view Words::next() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    usize length = 0;
    while (length < rest_.size() && !is_blank(rest_[length])) length++;
    const std::string_view word = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return word;
}

Errno RuleTextError::fail(int code, const char* what, std::string_view word) {
    if (word.empty()) {
        copy_string(message, sizeof message, what);
        return Errno{code};
    }
    char quoted[32];
    copy_string(quoted, sizeof quoted, word);
    for (char* c = quoted; *c; c++)
        if (*c < ' ' || *c > '~') *c = '?';
    ksnprintf(message, sizeof message, "%s: %s", quoted, what);
    return Errno{code};
}

int index_among(std::span<const char* const> names, std::string_view word) {
    for (usize i = 0; i < names.size(); i++)
        if (word == names[i]) return static_cast<int>(i);
    return -1;
}

bool parse_named(std::span<const NamedNumber> names, std::string_view word, u8& number) {
    u64 value = 256;
    for (const NamedNumber& entry : names)
        if (word == entry.name) value = entry.number;
    if (value > 255 && !parse_number(word, 255, value)) return false;
    number = static_cast<u8>(value);
    return true;
}

void print_named(TextBuffer& out, std::span<const NamedNumber> names, u8 number) {
    for (const NamedNumber& entry : names)
        if (entry.number == number) return out.append(entry.name);
    out.print("%u", u32{number});
}

Result<void> expect_end(Words& words, RuleTextError& error) {
    if (!words.peek().empty()) return error.fail(EINVAL, "unexpected word", words.peek());
    return {};
}

Result<u32> expect_place(Words& words, RuleTextError& error) {
    const std::string_view word = words.next();
    u64 place;
    if (!parse_number(word, 0xffff'ffff, place))
        return error.fail(EINVAL, "no number of a rule", word);
    return static_cast<u32>(place);
}

Result<void> parse_counters(Words& words, std::span<const char* const> names,
                            std::span<u64* const> counters, RuleTextError& error) {
    if (words.peek().empty()) return {};
    for (usize i = 0; i < names.size(); i++) {
        const std::string_view name = words.next(), value = words.next();
        if (name != names[i]) return error.fail(EINVAL, "unexpected word", name);
        if (!parse_number(value, ~u64{0}, *counters[i]))
            return error.fail(EINVAL, "no number", value);
    }
    return expect_end(words, error);
}

bool parse_number(std::string_view word, u64 high, u64& number) {
    if (word.starts_with("0x")) return parse_digits(word.substr(2), 16, high, number);
    return parse_digits(word, 10, high, number);
}

bool parse_ports(std::string_view word, PortRange& ports) {
    const bool range = word.find('-') != word.npos;
    u64 low, high;
    if (!parse_number(take_until(word, '-'), 0xffff, low)) return false;
    high = low;
    if (range && !parse_number(word, 0xffff, high)) return false;
    ports = {static_cast<u16>(low), static_cast<u16>(high)};
    return low <= high;
}

bool parse_prefix(std::string_view word, AddressPrefix& prefix) {
    const bool has_length = word.find('/') != word.npos;
    const std::string_view address = take_until(word, '/');
    AddressPrefix parsed;
    u32 size = 4;
    if (address.find(':') != address.npos) {
        if (!parse_ipv6(address, parsed.bytes)) return false;
        parsed.family = AF_INET6;
        size = 16;
    } else {
        if (!parse_quad(address, parsed.bytes)) return false;
        parsed.family = AF_INET;
    }
    u64 length = u64{size} * 8;
    if (has_length && !parse_digits(word, 10, size * 8, length)) return false;
    parsed.length = static_cast<u8>(length);
    clear_behind(parsed.bytes, parsed.length, size);
    prefix = parsed;
    return true;
}

void print_ports(TextBuffer& out, const PortRange& ports) {
    if (ports.low == ports.high)
        out.print("%u", u32{ports.low});
    else
        out.print("%u-%u", u32{ports.low}, u32{ports.high});
}

usize format_address(std::span<char> to, u16 family, const u8* address) {
    if (family == AF_INET)
        return static_cast<usize>(ksnprintf(to.data(), to.size(), "%u.%u.%u.%u", u32{address[0]},
                                            u32{address[1]}, u32{address[2]}, u32{address[3]}));
    int gap, gap_length;
    longest_gap(address, gap, gap_length);
    usize used = 0;
    for (int i = 0; i < 8 && used < to.size(); i++) {
        int wrote;
        if (i == gap) {
            wrote = ksnprintf(to.data() + used, to.size() - used, i == 0 ? "::" : ":");
            i += gap_length - 1;
        } else {
            const char* form = i == 7 ? "%x" : "%x:";
            wrote = ksnprintf(to.data() + used, to.size() - used, form, group_of(address, i));
        }
        used += static_cast<usize>(wrote);
    }
    return min(used, to.size() - 1);
}

void print_prefix(TextBuffer& out, const AddressPrefix& prefix) {
    char text[48];
    out.append({text, format_address(text, prefix.family, prefix.bytes)});
    if (prefix.length != (prefix.family == AF_INET ? 32 : 128))
        out.print("/%u", u32{prefix.length});
}
