// Door<handler>: carries a typed handler through either door. It takes each argument from its
// register by the argument's type, and turns the Result into what rax or eax holds afterwards.
#pragma once

#include "kernel/arch/trap_frame.h"
#include "kernel/base/result.h"
#include "kernel/mem/user_copy.h"
#include <type_traits>
#include <utility>

// Stands for a number or handler that isn't there.
constexpr int none = -1;

using SyscallFunction = i64 (*)(TrapFrame&);

// A number that has no call.
i64 sys_ni_syscall(TrapFrame& frame);

template <class T>
struct Argument {
    static T from64(u64 value) { return static_cast<T>(value); }
    // Registers of 32-bit code: signed types extend their sign, all others are filled with zeros.
    static T from32(u64 value) {
        if constexpr (std::is_signed_v<T>)
            return static_cast<T>(static_cast<i32>(value));
        else
            return static_cast<T>(static_cast<u32>(value));
    }
};
template <class T>
struct Argument<UserPtr<T>> {
    static UserPtr<T> from64(u64 value) { return UserPtr<T>(value); }
    static UserPtr<T> from32(u64 value) { return UserPtr<T>(static_cast<u32>(value)); }
};

inline i64 syscall_value(SysResult result) {
    return result.ok() ? result.value() : -i64{result.error().code};
}

template <auto Handler>
struct Door;

template <class... Args, SysResult (*Handler)(Args...)>
struct Door<Handler> {
    static_assert(sizeof...(Args) <= 6);

    // System V x86-64 ABI, appendix A.2.1, as Linux has it: r10 in place of rcx.
    static i64 from64(TrapFrame& frame) {
        const u64 registers[6] = {frame.rdi, frame.rsi, frame.rdx, frame.r10, frame.r8, frame.r9};
        return call64(registers, std::index_sequence_for<Args...>());
    }
    static i64 from32(TrapFrame& frame) {
        const u64 registers[6] = {frame.rbx, frame.rcx, frame.rdx, frame.rsi, frame.rdi, frame.rbp};
        return call32(registers, std::index_sequence_for<Args...>());
    }

  private:
    template <usize... I>
    static i64 call64([[maybe_unused]] const u64* r, std::index_sequence<I...>) {
        return syscall_value(Handler(Argument<Args>::from64(r[I])...));
    }
    template <usize... I>
    static i64 call32([[maybe_unused]] const u64* r, std::index_sequence<I...>) {
        return syscall_value(Handler(Argument<Args>::from32(r[I])...));
    }
};

template <>
struct Door<none> {
    static constexpr SyscallFunction from64 = sys_ni_syscall;
    static constexpr SyscallFunction from32 = sys_ni_syscall;
};
