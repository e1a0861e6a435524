// The old ethtool commands (linux/ethtool.h), one number in, one number out.
#include "net/ethtool.h"
#include "kernel/base/string.h"
#include "net/sock.h"

namespace {

struct EthtoolValue {
    u32 command, data;
};

struct EthtoolDriverInfo {
    u32 command;
    char driver[32], version[32], firmware[32], bus[32], rom[32], reserved[12];
    u32 private_flags, statistics, test_info, eeprom, registers;
};
static_assert(sizeof(EthtoolDriverInfo) == 196);

SysResult driver_info(const net_device& dev, uptr argument) {
    EthtoolDriverInfo info{};
    info.command = ETHTOOL_GDRVINFO;
    copy_string(info.driver, sizeof info.driver, dev.driver_name);
    return put_user_object(argument, info);
}

// Segmentation needs the checksum offload.
Result<void> switch_feature(net_device& dev, u32 feature, bool on) {
    if (!(dev.hw_features & feature)) return Errno{EOPNOTSUPP};
    if (on) {
        dev.features |= feature;
        if (feature == netif_f_tso) dev.features |= netif_f_hw_csum & dev.hw_features;
    } else {
        dev.features &= ~feature;
        if (feature == netif_f_hw_csum) dev.features &= ~netif_f_tso;
    }
    return {};
}

Result<u32> get_value(const net_device& dev, u32 command) {
    switch (command) {
    case ETHTOOL_GLINK:
        return u32{(dev.flags & IFF_UP) && dev.carrier};
    case ETHTOOL_GTXCSUM:
        return u32{(dev.features & netif_f_hw_csum) != 0};
    case ETHTOOL_GTSO:
        return u32{(dev.features & netif_f_tso) != 0};
    case ETHTOOL_GGSO:
        return u32{1}; // cutting in software is always there
    case ETHTOOL_GRXCSUM:
    case ETHTOOL_GSG:
    case ETHTOOL_GGRO:
        return u32{0};
    default:
        return Errno{EOPNOTSUPP};
    }
}

} // namespace

SysResult dev_ethtool(net_device& dev, uptr argument) {
    const u32 command = TRY(get_user_object<u32>(argument));
    if (command == ETHTOOL_GDRVINFO) return driver_info(dev, argument);
    if (command == ETHTOOL_STSO || command == ETHTOOL_STXCSUM) {
        if (!socket_credentials().net_admin) return Errno{EPERM};
        const auto value = TRY(get_user_object<EthtoolValue>(argument));
        TRY(switch_feature(dev, command == ETHTOOL_STSO ? netif_f_tso : netif_f_hw_csum,
                           value.data != 0));
        return 0;
    }
    return put_user_object(argument, EthtoolValue{command, TRY(get_value(dev, command))});
}
