// Reading ip= and doing what it says.
#include "net/netconfig.h"
#include "kernel/base/string.h"
#include "net/ipv4/devinet.h"
#include "net/ipv4/route.h"

bool parse_ipv4(std::string_view text, be32& address) {
    u32 result = 0;
    for (int part = 0; part < 4; part++) {
        if (part > 0) {
            if (text.empty() || text.front() != '.') return false;
            text.remove_prefix(1);
        }
        u32 number = 0;
        usize digits = 0;
        while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9' && digits < 4)
            number = number * 10 + static_cast<u32>(text[digits++] - '0');
        if (digits == 0 || digits > 3 || number > 255) return false;
        text.remove_prefix(digits);
        result = result << 8 | number;
    }
    if (!text.empty()) return false;
    address = be32(result);
    return true;
}

namespace {

enum class Autoconf : u8 { unknown, off, ask };

Autoconf parse_autoconf(std::string_view word) {
    if (word.empty() || word == "off" || word == "none") return Autoconf::off;
    if (word == "dhcp" || word == "on" || word == "any" || word == "both" || word == "bootp")
        return Autoconf::ask;
    return Autoconf::unknown;
}

std::string_view next_field(std::string_view& rest) {
    const usize colon = rest.find(':');
    const std::string_view field = rest.substr(0, colon);
    rest = colon == rest.npos ? std::string_view() : rest.substr(colon + 1);
    return field;
}

Result<void> read_address(std::string_view field, be32& address) {
    if (!field.empty() && !parse_ipv4(field, address)) return Errno{EINVAL};
    return {};
}

Result<void> read_name(std::string_view field, char* to, usize bytes) {
    if (field.size() >= bytes) return Errno{EINVAL};
    if (!field.empty()) copy_string(to, bytes, field);
    return {};
}

} // namespace

Result<NetConfig> parse_netconfig(std::string_view value) {
    NetConfig config;
    if (value.find(':') == value.npos) {
        if (parse_ipv4(value, config.address)) {
            config.present = true;
            return config;
        }
        const Autoconf autoconf = parse_autoconf(value);
        if (autoconf == Autoconf::unknown) return Errno{EINVAL};
        config.present = config.dhcp = autoconf == Autoconf::ask;
        return config;
    }
    std::string_view rest = value;
    TRY(read_address(next_field(rest), config.address));
    TRY(read_address(next_field(rest), config.server));
    TRY(read_address(next_field(rest), config.gateway));
    TRY(read_address(next_field(rest), config.mask));
    TRY(read_name(next_field(rest), config.hostname, sizeof config.hostname));
    TRY(read_name(next_field(rest), config.device, sizeof config.device));
    const Autoconf autoconf = parse_autoconf(next_field(rest));
    if (autoconf == Autoconf::unknown || !valid_mask(config.mask)) return Errno{EINVAL};
    TRY(read_address(next_field(rest), config.dns[0]));
    TRY(read_address(next_field(rest), config.dns[1]));
    config.dhcp = autoconf == Autoconf::ask && config.address == be32(0);
    config.present = config.dhcp || config.address != be32(0);
    return config;
}

Result<NetConfig> find_netconfig(std::string_view line) {
    std::string_view found = "off";
    while (!line.empty()) {
        const usize space = line.find(' ');
        const std::string_view word = line.substr(0, space);
        line = space == line.npos ? std::string_view() : line.substr(space + 1);
        if (word == "--") break; // what follows is for init
        if (word.starts_with("ip=")) found = word.substr(3);
    }
    return parse_netconfig(found);
}

Result<void> apply_netconfig(const NetConfig& config) {
    if (!config.present) return {};
    net_device* dev = config.device[0] ? dev_get_by_name(config.device) : nullptr;
    if (!config.device[0]) {
        for (net_device& candidate : net_devices())
            if (!dev && !(candidate.flags & IFF_LOOPBACK)) dev = &candidate;
    }
    if (!dev) return Errno{ENODEV};
    TRY(dev_open(*dev));
    if (config.dhcp) return {};
    be32 mask = config.mask;
    if (mask == be32(0)) { // by the old classes, as Linux guesses
        const u32 first = config.address.host() >> 24;
        mask = mask_of(first < 128 ? 8 : first < 192 ? 16 : 24);
    }
    TRY(inet_set_address(*dev, config.address, mask));
    if (config.gateway == be32(0)) return {};
    FibRoute route;
    route.gateway = config.gateway;
    return fib_add(route);
}
