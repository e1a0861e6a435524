// The device file /dev/net/tun (net/tun.h has what it does).
#pragma once

void tun_device_init();
