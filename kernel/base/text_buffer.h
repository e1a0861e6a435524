// Text that grows as it is written: what the files of /proc are made of.
#pragma once

#include "kernel/base/types.h"
#include <string_view>

class TextBuffer {
  public:
    TextBuffer() = default;
    TextBuffer(const TextBuffer&) = delete;
    TextBuffer& operator=(const TextBuffer&) = delete;
    ~TextBuffer();

    [[gnu::format(printf, 2, 3)]] void print(const char* format, ...);
    void append(std::string_view text);
    std::string_view text() const { return {data_, size_}; }
    // True when memory ran out and the text is cut.
    bool failed() const { return failed_; }

  private:
    bool grow(usize more);

    char* data_ = nullptr;
    usize size_ = 0;
    usize capacity_ = 0;
    bool failed_ = false;
};
