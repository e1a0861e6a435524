// The stack that a program starts with: strings, auxiliary vector, environment, arguments.
// System V ABI x86-64 3.4.1, i386 2.3; getauxval(3).
#pragma once

#include "kernel/base/credentials.h"
#include "kernel/proc/exec.h"

class AddressSpace;

// What the auxiliary vector tells of the program.
struct StartFacts {
    u64 headers, header_bytes, header_count, base, entry;
    bool secure;
};

class StartStack {
  public:
    StartStack(AddressSpace& space, bool is_32bit) : space_(space), is_32bit_(is_32bit) {}

    // Maps the stack. ENOMEM.
    Result<void> open(bool executable);
    // Strings go down from the top, the last first: the name, the environment, the arguments.
    // Errors: E2BIG, EFAULT, ENOMEM.
    Result<void> push_name(std::string_view path);
    Result<void> push_list(const ArgumentList& list, usize skip);
    void end_of_environment();
    Result<void> push_argument(std::string_view text);
    // Lays out the vectors below them; the stack pointer to start with.
    Result<uptr> finish(const StartFacts& facts, const Credentials& credentials);

  private:
    static constexpr usize max_string = 128 << 10; // MAX_ARG_STRLEN

    Result<usize> count(const ArgumentList& list) const;
    Result<uptr> pointer_at(const ArgumentList& list, usize index) const;
    Result<void> push_user_string(uptr text);
    Result<void> take(usize bytes);
    Result<void> write(uptr at, const void* from, usize bytes);
    Result<void> put_word(uptr& at, u64 value);
    Result<void> put_pair(uptr& at, u64 type, u64 value);
    Result<void> put_strings(uptr& at, uptr first, usize count);
    Result<void> put_auxiliary(uptr& at, const StartFacts& facts, const Credentials& credentials);

    AddressSpace& space_;
    bool is_32bit_;
    uptr at_ = 0; // of the last string pushed
    usize used_ = 0, limit_ = 0;
    uptr name_ = 0, random_ = 0, platform_ = 0;
    uptr environment_ = 0, environment_end_ = 0;
    usize argument_count_ = 0, environment_count_ = 0;
    bool in_arguments_ = false;
};
