// Ancillary data that a program sends (cmsg(3)), in the native layout, read one after the other.
#pragma once

#include "kernel/base/math.h"
#include "net/socket.h"

struct ControlMessage {
    i32 level = 0, type = 0;
    std::span<const u8> data;
};

class ControlReader {
  public:
    explicit ControlReader(const msghdr& message)
        : rest_(message.control, message.control ? message.controllen : 0) {}

    // False: that was the last. Errors: EINVAL (one says that it is longer than all there is, or
    // shorter than its own header).
    Result<bool> next(ControlMessage& item) {
        struct {
            u64 length;
            i32 level, type;
        } header;
        if (rest_.size() < sizeof header) return false;
        __builtin_memcpy(&header, rest_.data(), sizeof header);
        if (header.length < sizeof header || header.length > rest_.size()) return Errno{EINVAL};
        item = {header.level, header.type,
                rest_.subspan(sizeof header, header.length - sizeof header)};
        rest_ = rest_.subspan(min<usize>(align_up(header.length, 8), rest_.size()));
        return true;
    }

  private:
    std::span<const u8> rest_;
};
