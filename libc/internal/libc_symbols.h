// How libc names what it defines: strong and weak aliases, hidden definitions, link-time warnings.
//
// A function that a standard names (socket, read) is a weak alias of a strong `__socket` in libc's
// own name space: a program may define its own `socket`, and libc still reaches the real one.
#pragma once

#define strong_alias(name, alias_name)                                                             \
    extern __typeof(name) alias_name __attribute__((alias(#name), copy(name)));
#define weak_alias(name, alias_name)                                                               \
    extern __typeof(name) alias_name __attribute__((weak, alias(#name), copy(name)));

// A second name for a definition that only libc's own objects can see.
#define libc_hidden_def(name)                                                                      \
    extern __typeof(name) __hidden_##name                                                          \
        __attribute__((alias(#name), visibility("hidden"), copy(name)));

// The linker prints the text of .gnu.warning.NAME when a program refers to NAME (ld, "WARNING").
#define link_warning(name, message)                                                                \
    static const char __link_warning_##name[]                                                      \
        __attribute__((used, section(".gnu.warning." #name "\n\t#"))) = message;
#define stub_warning(name) link_warning(name, #name " is not implemented and will always fail")

#define attribute_hidden __attribute__((visibility("hidden")))
#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)
