// The only doors to user memory. A fault in them comes back as EFAULT; they open SMAP for just
// their own length. A user pointer can't be dereferenced anywhere else.
#pragma once

#include "kernel/base/result.h"
#include "kernel/base/types.h"
#include <span>

// An address in user space that points at T; only a number to the kernel.
template <class T>
struct UserPtr {
    uptr address = 0;

    UserPtr() = default;
    constexpr explicit UserPtr(uptr address) : address(address) {}
    explicit operator bool() const { return address != 0; }
    UserPtr operator+(usize count) const { return UserPtr(address + count * sizeof(T)); }
    template <class U>
    UserPtr<U> cast() const {
        return UserPtr<U>(address);
    }
};
template <>
struct UserPtr<void> {
    uptr address = 0;

    UserPtr() = default;
    constexpr explicit UserPtr(uptr address) : address(address) {}
    template <class U>
    UserPtr(UserPtr<U> other) : address(other.address) {}
    explicit operator bool() const { return address != 0; }
    template <class U>
    UserPtr<U> cast() const {
        return UserPtr<U>(address);
    }
};
template <>
struct UserPtr<const void> {
    uptr address = 0;

    UserPtr() = default;
    constexpr explicit UserPtr(uptr address) : address(address) {}
    template <class U>
    UserPtr(UserPtr<U> other) : address(other.address) {}
    explicit operator bool() const { return address != 0; }
    template <class U>
    UserPtr<U> cast() const {
        return UserPtr<U>(address);
    }
};

// All of `bytes` or EFAULT.
Result<void> copy_from_user(void* to, UserPtr<const void> from, usize bytes);
Result<void> copy_to_user(UserPtr<void> to, const void* from, usize bytes);
Result<void> clear_user(UserPtr<void> to, usize bytes);
// How many bytes could NOT be copied (0 = all), as read and write need it for a partial result.
usize copy_from_user_partial(void* to, UserPtr<const void> from, usize bytes);
usize copy_to_user_partial(UserPtr<void> to, const void* from, usize bytes);
// The length of a NUL-terminated string copied into `to`, without the NUL. EFAULT; ENAMETOOLONG
// when it doesn't fit.
Result<usize> copy_string_from_user(std::span<char> to, UserPtr<const char> from);

// copy_from_user that also adds what it copied to the ones' complement sum `sum` (RFC 1071), in
// 16-bit words of the host's order; returns the unfolded 32-bit sum.
Result<u32> copy_from_user_checksum(void* to, UserPtr<const void> from, usize bytes, u32 sum);
// The length of a user's string without its NUL, at most `limit`. Errors: EFAULT, ENAMETOOLONG.
Result<usize> user_string_length(UserPtr<const char> text, usize limit);

template <class T>
Result<std::remove_const_t<T>> get_user(UserPtr<T> from) {
    std::remove_const_t<T> value;
    TRY(copy_from_user(&value, from, sizeof(T)));
    return value;
}
template <class T>
Result<void> put_user(UserPtr<T> to, const std::type_identity_t<T>& value) {
    return copy_to_user(to, &value, sizeof(T));
}
