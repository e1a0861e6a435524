// TextBuffer: doubling, and saying so when it can't.
#include "kernel/base/text_buffer.h"
#include "kernel/base/format.h"
#include "kernel/base/math.h"
#include "kernel/base/ref.h"
#include "kernel/base/string.h"

TextBuffer::~TextBuffer() { kfree(data_); }

// Makes room for `more` characters and a NUL.
bool TextBuffer::grow(usize more) {
    if (size_ + more < capacity_) return true;
    const usize capacity = max<usize>(capacity_ * 2, size_ + more + 256);
    char* data = static_cast<char*>(kmalloc(capacity));
    if (!data) {
        failed_ = true;
        return false;
    }
    if (size_) memcpy(data, data_, size_);
    kfree(data_);
    data_ = data;
    capacity_ = capacity;
    return true;
}

void TextBuffer::append(std::string_view text) {
    if (text.empty() || !grow(text.size())) return;
    memcpy(data_ + size_, text.data(), text.size());
    size_ += text.size();
}

void TextBuffer::print(const char* format, ...) {
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    const int length = kvsnprintf(data_ + size_, capacity_ - size_, format, args);
    va_end(args);
    const auto wanted = static_cast<usize>(length);
    if (size_ + wanted < capacity_) {
        size_ += wanted;
    } else if (grow(wanted)) {
        kvsnprintf(data_ + size_, capacity_ - size_, format, again);
        size_ += wanted;
    }
    va_end(again);
}
