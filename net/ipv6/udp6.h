// UDP over IPv6: what others may ask of it.
#pragma once

#include "kernel/base/text_buffer.h"

// /proc/net/udp6.
void udp6_seq_show(TextBuffer& out);
