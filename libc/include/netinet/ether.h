// Ethernet addresses as text (ether_aton(3)).
#pragma once
#include <netinet/if_ether.h>
__BEGIN_DECLS
char* ether_ntoa(const struct ether_addr*);
char* ether_ntoa_r(const struct ether_addr*, char*);
struct ether_addr* ether_aton(const char*);
struct ether_addr* ether_aton_r(const char*, struct ether_addr*);
__END_DECLS
