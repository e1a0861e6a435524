// Pages of the kernel's that programs may map.
#include "kernel/base/string.h"
#include "net/socket.h"

MappablePages::~MappablePages() {
    for (usize i = 0; i < count_; i++) net_page_free(pages_[i]);
    kfree(pages_);
}

Result<void> MappablePages::allocate(usize count) {
    if (count > most_pages) return Errno{ENOMEM};
    pages_ = static_cast<u8**>(kmalloc(count * sizeof(u8*)));
    if (!pages_) return Errno{ENOMEM};
    for (; count_ < count; count_++)
        if (!(pages_[count_] = net_page_alloc())) return Errno{ENOMEM};
    return {};
}
