// What all handlers of files share: paths from user memory, descriptors, the start of an *at call.
#pragma once

#include "kernel/fs/fs.h"
#include "kernel/mem/user_copy.h"
#include "kernel/proc/process.h"
#include "kernel/proc/restart.h"

// A path copied in; most are short and stay on the stack.
class PathName {
  public:
    PathName() = default;
    PathName(const PathName&) = delete;
    PathName& operator=(const PathName&) = delete;
    ~PathName() { kfree(long_); }

    // Errors: EFAULT, ENAMETOOLONG, ENOMEM.
    Result<void> import(UserPtr<const char> from);
    std::string_view view() const { return {long_ ? long_ : short_, length_}; }

  private:
    char short_[128];
    char* long_ = nullptr;
    usize length_ = 0;
};

inline FdTable& current_files() { return *current_process().files; }
inline FsContext& current_fs() { return *current_process().fs; }

// EBADF, for O_PATH files too.
inline Result<Ref<file>> get_file(int fd) {
    file* found = current_files().peek(fd);
    if (!found || (found->flags & O_PATH)) return Errno{EBADF};
    return Ref<file>(found);
}

// Where an *at call starts, and what keeps that directory there.
class StartingAt {
  public:
    // Errors: EBADF, ENOTDIR. An absolute path doesn't look at `fd`.
    Result<void> set(int fd, std::string_view path);
    Walker walker() const { return {*context_, current_credentials(), start_}; }
    // The file itself, for AT_EMPTY_PATH.
    file* opened() const { return held_.get(); }

  private:
    Ref<FsContext> context_{current_process().fs};
    Ref<file> held_;
    Dentry* start_ = nullptr;
};

// Both in one: the path of an *at call, copied in, with its start.
class PathAt {
  public:
    Result<void> import(int fd, UserPtr<const char> path) {
        TRY(name_.import(path));
        return start_.set(fd, name_.view());
    }
    Walker walker() const { return start_.walker(); }
    std::string_view view() const { return name_.view(); }
    file* opened() const { return start_.opened(); }
    Result<Ref<Dentry>> walk(u32 flags) const { return ::walk(walker(), view(), flags); }

  private:
    PathName name_;
    StartingAt start_;
};
// Makes `at` of (fd, path), or returns the error.
#define TRY_PATH(at, fd, path)                                                                     \
    PathAt at;                                                                                     \
    TRY(at.import(fd, path))

// The 64-bit number that i386 splits over two registers, low half first.
constexpr i64 join_halves(u32 low, u32 high) { return static_cast<i64>(u64{high} << 32 | low); }

template <class T>
SysResult to_sys_result(Result<T> result) {
    if (!result) return result.error();
    if constexpr (std::is_void_v<T>)
        return 0;
    else
        return static_cast<long>(*result);
}
