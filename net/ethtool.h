// SIOCETHTOOL: what a device's driver is called, whether it has link, which offloads are on.
#pragma once

#include "net/netdevice.h"

// `argument`: user address of the command. Errors: EFAULT, EPERM, EOPNOTSUPP.
SysResult dev_ethtool(net_device& dev, uptr argument);
