// Addresses of AF_UNIX (unix(7)).
#pragma once
#include <bits/types.h>
struct sockaddr_un {
    sa_family_t sun_family;
    char sun_path[108];
};
#define SUN_LEN(address)                                                                           \
    (__builtin_offsetof(struct sockaddr_un, sun_path) + __builtin_strlen((address)->sun_path))
