// AF_PACKET, for those who start it and show its table.
#pragma once

#include "kernel/base/text_buffer.h"

void packet_init();
// /proc/net/packet
void packet_seq_show(TextBuffer& out);
