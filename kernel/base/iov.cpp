// The walk over an IovIter's segments.
#include "kernel/base/iov.h"
#include "kernel/base/checksum.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"

IovIter::IovIter(Space space, const IoSegment* segments, usize segment_count)
    : segments_(segments), space_(space) {
    for (usize i = 0; i < segment_count; i++) remaining_ += segments[i].length;
}

IovIter::IovIter(Space space, uptr base, usize length)
    : single_{base, length}, remaining_(length), space_(space) {}

IoSegment IovIter::current() const {
    const IoSegment& segment = segments_ ? segments_[index_] : single_;
    return {segment.base + offset_, min(segment.length - offset_, remaining_)};
}

void IovIter::advance(usize bytes) {
    bytes = min(bytes, remaining_);
    remaining_ -= bytes;
    consumed_ += bytes;
    while (bytes > 0) {
        const usize left = (segments_ ? segments_[index_] : single_).length - offset_;
        if (bytes < left || !segments_) {
            offset_ += bytes;
            return;
        }
        bytes -= left;
        index_++;
        offset_ = 0;
    }
}

void IovIter::rewind_to(usize consumed) {
    remaining_ += consumed_ - consumed;
    const usize total = remaining_;
    index_ = offset_ = consumed_ = 0;
    remaining_ = total + consumed;
    advance(consumed);
}

template <class Copy>
usize IovIter::walk(usize bytes, Copy copy) {
    usize done = 0;
    bytes = min(bytes, remaining_);
    while (done < bytes) {
        const IoSegment segment = current();
        if (segment.length == 0) { // an empty segment in the middle
            index_++;
            offset_ = 0;
            continue;
        }
        const usize chunk = min(segment.length, bytes - done);
        const usize missed = copy(segment.base, done, chunk);
        advance(chunk - missed);
        done += chunk - missed;
        if (missed) break;
    }
    return done;
}

usize IovIter::copy_from(void* to, usize bytes) {
    auto* out = static_cast<u8*>(to);
    return walk(bytes, [&](uptr base, usize done, usize chunk) -> usize {
        if (space_ == Space::user) return iov_copy_from_user(out + done, base, chunk);
        memcpy(out + done, reinterpret_cast<const void*>(base), chunk);
        return 0;
    });
}

usize IovIter::copy_to(const void* from, usize bytes) {
    const auto* in = static_cast<const u8*>(from);
    return walk(bytes, [&](uptr base, usize done, usize chunk) -> usize {
        if (space_ == Space::user) return iov_copy_to_user(base, in + done, chunk);
        memcpy(reinterpret_cast<void*>(base), in + done, chunk);
        return 0;
    });
}

// A chunk that starts at an odd offset of the whole counts with its bytes swapped (RFC 1071,
// section 2 (B)).
usize IovIter::copy_from_checksum(void* to, usize bytes, u32& sum) {
    auto* out = static_cast<u8*>(to);
    return walk(bytes, [&](uptr base, usize done, usize chunk) -> usize {
        u32 part = 0;
        usize missed = 0;
        if (space_ == Space::user) {
            missed = iov_copy_from_user_checksum(out + done, base, chunk, part);
        } else {
            part = checksum_copy(out + done, reinterpret_cast<const void*>(base), chunk, 0);
        }
        sum = checksum_add_block(sum, part, done);
        return missed;
    });
}

usize IovIter::zero(usize bytes) {
    static const u8 zeros[512] = {};
    usize done = 0;
    while (done < bytes) {
        const usize chunk = min(bytes - done, sizeof zeros);
        const usize copied = copy_to(zeros, chunk);
        done += copied;
        if (copied < chunk) break;
    }
    return done;
}
