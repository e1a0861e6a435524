// Where the pages of a mapping come from when it isn't anonymous: the contents of a file, frame by
// frame. A shared mapping maps the very frames; a private one copies them on its first write.
#pragma once

#include "kernel/base/ref.h"
#include "kernel/mem/frames.h"

class PageSource : public RefCounted {
  public:
    virtual ~PageSource() = default;
    // The frame of page `index`, with a reference for the caller. With `create`, a hole is filled
    // with a zeroed frame that stays; without, a hole comes back as null.
    // Errors: ENXIO beyond the end of the file (SIGBUS to a program), ENOMEM, ENOSPC.
    virtual Result<Frame*> page(u64 index, bool create) = 0;
    // Whether a mapping may begin at page `first` and show `pages` of them: EINVAL to mmap if not.
    virtual bool may_map([[maybe_unused]] u64 first, [[maybe_unused]] u64 pages) const {
        return true;
    }
    // What the pages belong to, where several sources show the same (unmap_source); may be null.
    virtual const void* object() const { return nullptr; }
};

// Takes the pages first … last of an object out of every mapping that shows them: they are no
// longer part of it. `copies`: private copies of them as well (truncate(2), not a punched hole).
void unmap_source(const void* object, u64 first, u64 last, bool copies);
