// Raw sockets of IPv6: what others may ask of them.
#pragma once

#include "kernel/base/text_buffer.h"

// /proc/net/raw6.
void raw6_seq_show(TextBuffer& out);
