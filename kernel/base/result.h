// Result<T>: a value, or the errno that a system call would return. TRY(expr) unwraps the value or
// returns the error to the caller: the one short form of propagation in the kernel.
#pragma once

#include "kernel/uapi/errno.h"
#include <new>
#include <type_traits>
#include <utility>

// An error number (positive, as in errno(3)).
struct Errno {
    int code;
    constexpr bool operator==(const Errno&) const = default;
};

template <class T>
class [[nodiscard]] Result {
  public:
    Result(Errno error) : error_(error.code) {}
    template <class U = T>
    requires(std::is_constructible_v<T, U&&> && !std::is_same_v<std::decay_t<U>, Errno> &&
             !std::is_same_v<std::decay_t<U>, Result>) Result(U&& value)
        : error_(0) {
        new (&value_) T(std::forward<U>(value));
    }
    Result(Result&& other) : error_(other.error_) {
        if (ok()) new (&value_) T(std::move(other.value_));
    }
    Result(const Result&) = delete;
    Result& operator=(const Result&) = delete;
    Result& operator=(Result&& other) {
        if (this != &other) {
            this->~Result();
            new (this) Result(std::move(other));
        }
        return *this;
    }
    ~Result() {
        if (ok()) value_.~T();
    }

    bool ok() const { return error_ == 0; }
    explicit operator bool() const { return ok(); }
    Errno error() const { return Errno{error_}; }
    T& value() & { return value_; }
    T&& value() && { return std::move(value_); }
    const T& value() const& { return value_; }
    T& operator*() { return value_; }
    T* operator->() { return &value_; }
    T value_or(T other) && { return ok() ? std::move(value_) : std::move(other); }

  private:
    int error_; // 0 when there is a value
    union {
        T value_;
    };
};

// A reference comes back as a pointer that is never null.
template <class T>
class [[nodiscard]] Result<T&> {
  public:
    Result(Errno error) : value_(nullptr), error_(error.code) {}
    Result(T& value) : value_(&value), error_(0) {}
    bool ok() const { return error_ == 0; }
    explicit operator bool() const { return ok(); }
    Errno error() const { return Errno{error_}; }
    T& value() const { return *value_; }
    T& operator*() const { return *value_; }
    T* operator->() const { return value_; }

  private:
    T* value_;
    int error_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() : error_(0) {}
    Result(Errno error) : error_(error.code) {}
    bool ok() const { return error_ == 0; }
    explicit operator bool() const { return ok(); }
    Errno error() const { return Errno{error_}; }
    void value() const {}

  private:
    int error_;
};

// What a system-call handler hands back: the value for rax/eax, or an errno.
using SysResult = Result<long>;

// The value of `expression`, or return its error from this function.
#define TRY(expression)                                                                            \
    ({                                                                                             \
        auto&& try_result = (expression);                                                          \
        if (!try_result.ok()) [[unlikely]]                                                         \
            return try_result.error();                                                             \
        std::forward<decltype(try_result)>(try_result).value();                                    \
    })
