// The array of segments that readv, writev, sendmsg and recvmsg bring: copied in, checked, in
// kernel form.
#pragma once

#include "kernel/base/iov.h"
#include "kernel/base/ref.h"
#include "kernel/mem/user_copy.h"
#include "kernel/uapi/fcntl.h"

// No transfer moves more (Linux: MAX_RW_COUNT).
constexpr usize max_transfer = 0x7fff'f000;

class ImportedIovec {
  public:
    ImportedIovec() = default;
    ImportedIovec(const ImportedIovec&) = delete;
    ImportedIovec& operator=(const ImportedIovec&) = delete;
    ~ImportedIovec() {
        if (segments_ != few_) kfree(segments_);
    }

    // `compat`: base and length have 32 bits each. Errors: EINVAL (more than IOV_MAX segments, a
    // length that is negative as a signed number), EFAULT, ENOMEM. Together cut to max_transfer.
    Result<void> import(UserPtr<const void> array, usize count, bool compat);
    IovIter iter() const { return IovIter(IovIter::Space::user, segments_, count_); }

  private:
    static constexpr usize few = 8;
    IoSegment few_[few];
    IoSegment* segments_ = few_;
    usize count_ = 0;
};
