// The /dev/net/tun device.
// Source: linux/if_tun.h. Macros only: kernel, net and libc share them, C and C++.
#pragma once

#define TUNSETNOCSUM 0x400454c8
#define TUNSETDEBUG 0x400454c9
#define TUNSETIFF 0x400454ca
#define TUNSETPERSIST 0x400454cb
#define TUNSETOWNER 0x400454cc
#define TUNSETLINK 0x400454cd
#define TUNSETGROUP 0x400454ce
#define TUNGETFEATURES 0x800454cf
#define TUNSETOFFLOAD 0x400454d0
#define TUNGETIFF 0x800454d2
#define TUNSETQUEUE 0x400454d9
#define TUNSETCARRIER 0x400454e2

// flags of TUNSETIFF
#define IFF_TUN 0x0001
#define IFF_TAP 0x0002
#define IFF_NAPI 0x0010
#define IFF_NAPI_FRAGS 0x0020
#define IFF_MULTI_QUEUE 0x0100
#define IFF_PERSIST 0x0800
#define IFF_NO_PI 0x1000
#define IFF_NOFILTER 0x1000
#define IFF_ONE_QUEUE 0x2000
#define IFF_VNET_HDR 0x4000
#define IFF_TUN_EXCL 0x8000

// struct tun_pi
#define TUN_PKT_STRIP 0x0001
