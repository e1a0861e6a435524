// AF_NETLINK (netlink(7)) as the rest of the kernel sees it.
#pragma once

#include "kernel/base/text_buffer.h"

// Registers the family, and rtnetlink in it.
void netlink_init();
// /proc/net/netlink.
void netlink_seq_show(TextBuffer& out);
