// Segmentation in software, for devices that don't cut TCP segments themselves.
#pragma once

#include "net/netdevice.h"

// Cuts a frame (Ethernet, IPv4, TCP; gso_size > 0) into frames that carry at most gso_size bytes of
// payload each, with Checksum::partial. Errors: ENOBUFS, EINVAL (not such a frame).
Result<void> gso_segment(SkbPtr skb, SkbQueue& out);
