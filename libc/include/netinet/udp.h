// The header of UDP (RFC 768).
#pragma once
#include <bits/types.h>
#include <uapi/in.h>
struct udphdr {
    __extension__ union {
        __extension__ struct { uint16_t uh_sport, uh_dport, uh_ulen, uh_sum; };
        __extension__ struct { uint16_t source, dest, len, check; };
    };
};
