// The machine that the file systems stand on, simulated: frames and heap from malloc, a clock that
// stands still, nobody to wait for.
#pragma once

#include "kernel/fs/fs.h"
#include <string>
#include <vector>

namespace host {
// Frames that are out now; how many there may be.
usize frames_out();
void set_frame_limit(usize frames);
void advance_clock(Nanoseconds by);
// What block_current() does: something another thread would. Without it a wait that would never end
// comes back as EINTR.
extern void (*while_blocked)();

// A root file system of its own for each test, seen by user 0 unless told otherwise.
class World {
  public:
    World();
    ~World();
    Walker who() { return {*context, credentials}; }
    Result<Ref<file>> open(const std::string& path, u32 flags, u32 mode = 0644) {
        return open_path(who(), path, flags, mode);
    }
    // 0 or the errno.
    int mkdir(const std::string& path, u32 mode = 0755);
    int rmdir(const std::string& path);
    int unlink(const std::string& path);
    int rename(const std::string& from, const std::string& to, u32 flags = 0);
    int symlink(const std::string& target, const std::string& path);
    int link(const std::string& from, const std::string& path);
    int touch(const std::string& path, const std::string& text = "");
    int error_of_open(const std::string& path, u32 flags);
    std::string read(const std::string& path); // "!errno" when it can't be opened
    std::vector<std::string> list(const std::string& path);
    std::string path_of(const std::string& path);

    Ref<FsContext> context;
    Credentials credentials;
};

std::string read_all(file& f);
usize write_all(file& f, const std::string& text);
template <class T>
int error_of(const Result<T>& result) {
    return result.ok() ? 0 : result.error().code;
}
} // namespace host
