// The header of UDP (RFC 768).
#pragma once
#include <bits/types.h>
#include <uapi/in.h>
struct udphdr {
    union {
        struct {
            uint16_t uh_sport, uh_dport, uh_ulen, uh_sum;
        };
        struct {
            uint16_t source, dest, len, check;
        };
    };
};
