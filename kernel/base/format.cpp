// printf for the kernel; what it knows is listed in the header.
#include "kernel/base/format.h"

namespace {

// Counts everything, stores what fits.
class Output {
  public:
    Output(char* to, usize bytes) : to_(to), room_(bytes) {}
    void put(char c) {
        if (length_ + 1 < room_) to_[length_] = c;
        ++length_;
    }
    void pad(char c, int count) {
        while (count-- > 0) put(c);
    }
    int finish() {
        if (room_) to_[length_ < room_ ? length_ : room_ - 1] = 0;
        return static_cast<int>(length_);
    }

  private:
    char* to_;
    usize room_;
    usize length_ = 0;
};

struct Spec {
    bool left = false, zero = false, plus = false, space = false, alternate = false;
    int width = 0;
    int precision = -1; // none
    int length = 0;     // of the argument in bytes: 1 2 4 8
};

int parse_number(const char*& p) {
    int n = 0;
    while (*p >= '0' && *p <= '9') n = n * 10 + (*p++ - '0');
    return n;
}

void parse_flags(const char*& p, Spec& spec) {
    for (;; ++p) {
        switch (*p) {
        case '-':
            spec.left = true;
            break;
        case '0':
            spec.zero = true;
            break;
        case '+':
            spec.plus = true;
            break;
        case ' ':
            spec.space = true;
            break;
        case '#':
            spec.alternate = true;
            break;
        default:
            return;
        }
    }
}

int parse_length(const char*& p) {
    switch (*p) {
    case 'h':
        if (*++p != 'h') return 2;
        ++p;
        return 1;
    case 'l':
        if (*++p == 'l') ++p;
        return 8;
    case 'z':
    case 'j':
    case 't':
        ++p;
        return 8;
    default:
        return 4;
    }
}

// `sign` is 0 when there is none.
void put_number(Output& out, const Spec& spec, u64 value, unsigned base, bool upper, char sign,
                const char* prefix) {
    const char* digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char reversed[24];
    int n = 0;
    for (u64 rest = value; rest; rest /= base) reversed[n++] = digits[rest % base];
    int zeros = (spec.precision < 0 ? 1 : spec.precision) - n;
    if (zeros < 0) zeros = 0;
    int prefix_length = 0;
    while (prefix[prefix_length]) ++prefix_length;
    int padding = spec.width - n - zeros - prefix_length - (sign != 0);
    if (spec.zero && !spec.left && spec.precision < 0 && padding > 0) {
        zeros += padding;
        padding = 0;
    }
    if (!spec.left) out.pad(' ', padding);
    if (sign) out.put(sign);
    for (int i = 0; i < prefix_length; ++i) out.put(prefix[i]);
    out.pad('0', zeros);
    while (n) out.put(reversed[--n]);
    if (spec.left) out.pad(' ', padding);
}

void put_text(Output& out, const Spec& spec, const char* text) {
    if (!text) text = "(null)";
    int n = 0;
    while ((spec.precision < 0 || n < spec.precision) && text[n]) ++n;
    if (!spec.left) out.pad(' ', spec.width - n);
    for (int i = 0; i < n; ++i) out.put(text[i]);
    if (spec.left) out.pad(' ', spec.width - n);
}

struct Arguments {
    va_list list;
};

i64 signed_argument(Arguments& args, int length) {
    if (length == 8) return va_arg(args.list, i64);
    const int value = va_arg(args.list, int);
    return length == 1 ? static_cast<i8>(value) : length == 2 ? static_cast<i16>(value) : value;
}
u64 unsigned_argument(Arguments& args, int length) {
    if (length == 8) return va_arg(args.list, u64);
    const unsigned value = va_arg(args.list, unsigned);
    return length == 1 ? static_cast<u8>(value) : length == 2 ? static_cast<u16>(value) : value;
}

void convert(Output& out, const Spec& spec, char conversion, Arguments& args) {
    switch (conversion) {
    case 'd':
    case 'i': {
        const i64 value = signed_argument(args, spec.length);
        const char sign = value < 0 ? '-' : spec.plus ? '+' : spec.space ? ' ' : 0;
        put_number(out, spec, value < 0 ? 0 - static_cast<u64>(value) : value, 10, false, sign, "");
        break;
    }
    case 'u':
        put_number(out, spec, unsigned_argument(args, spec.length), 10, false, 0, "");
        break;
    case 'o': {
        const u64 value = unsigned_argument(args, spec.length);
        put_number(out, spec, value, 8, false, 0, spec.alternate && value ? "0" : "");
        break;
    }
    case 'x':
    case 'X': {
        const u64 value = unsigned_argument(args, spec.length);
        const bool upper = conversion == 'X';
        const char* prefix = !spec.alternate || !value ? "" : upper ? "0X" : "0x";
        put_number(out, spec, value, 16, upper, 0, prefix);
        break;
    }
    case 'p':
        put_number(out, spec, va_arg(args.list, u64), 16, false, 0, "0x");
        break;
    case 'c': {
        const char text[2] = {static_cast<char>(va_arg(args.list, int)), 0};
        out.pad(' ', spec.left ? 0 : spec.width - 1);
        out.put(text[0]);
        out.pad(' ', spec.left ? spec.width - 1 : 0);
        break;
    }
    case 's':
        put_text(out, spec, va_arg(args.list, const char*));
        break;
    case '%':
        out.put('%');
        break;
    default: // not a conversion: shown as it stands
        out.put('%');
        out.put(conversion);
    }
}

} // namespace

int kvsnprintf(char* to, usize bytes, const char* format, va_list list) {
    Output out(to, bytes);
    Arguments args;
    va_copy(args.list, list);
    for (const char* p = format; *p; ++p) {
        if (*p != '%') {
            out.put(*p);
            continue;
        }
        Spec spec;
        parse_flags(++p, spec);
        if (*p == '*') {
            spec.width = va_arg(args.list, int);
            if (spec.width < 0) spec.left = true, spec.width = -spec.width;
            ++p;
        } else {
            spec.width = parse_number(p);
        }
        if (*p == '.') {
            if (*++p == '*')
                spec.precision = va_arg(args.list, int), ++p;
            else
                spec.precision = parse_number(p);
        }
        spec.length = parse_length(p);
        if (!*p) break;
        convert(out, spec, *p, args);
    }
    va_end(args.list);
    return out.finish();
}

int ksnprintf(char* to, usize bytes, const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int length = kvsnprintf(to, bytes, format, args);
    va_end(args);
    return length;
}
