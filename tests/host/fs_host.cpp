// What kernel/fs asks of the machine, answered with malloc: see fs_host.h.
#include "tests/host/fs_host.h"
#include "kernel/base/clock.h"
#include "kernel/base/format.h"
#include "kernel/fs/mount.h"
#include "kernel/fs/ramfs.h"
#include "kernel/mem/user_copy.h"
#include "kernel/sched/scheduler.h"
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <sanitizer/lsan_interface.h>

namespace {
usize out_now, frame_limit = ~usize{0};
Nanoseconds now = s_to_ns(100);
TimerQueue timers;
} // namespace

CpuTimes machine_cpu_times;

// Nothing is mapped here.
void unmap_source(const void*, u64, u64, bool) {}

namespace host {
void (*while_blocked)() = nullptr;

usize frames_out() { return out_now; }
void set_frame_limit(usize frames) { frame_limit = frames; }
void advance_clock(Nanoseconds by) {
    now += by;
    timers.run(now);
}

World::World() {
    static bool mounted = false;
    if (!mounted) {
        mounted = true;
        __lsan_disable(); // the mount table is for ever
        (void)mount_root(*RamFs::create("rootfs"));
        __lsan_enable();
    }
    context = *FsContext::create();
    context->umask = 022;
    Ref<RamFs> fs = *RamFs::create("tmpfs", 0755);
    context->root = context->cwd = fs->root;
    fs.release(); // as long as the process
}
World::~World() {
    auto& fs = static_cast<RamFs&>(context->root->inode->fs);
    context.reset();
    EXPECT_TRUE(fs.idle()) << "something still refers to the file system";
    fs.unmounted();
    Ref<RamFs>::adopt(&fs).reset();
}

int World::mkdir(const std::string& path, u32 mode) {
    return error_of(make_directory(who(), path, mode));
}
int World::rmdir(const std::string& path) { return error_of(remove_directory(who(), path)); }
int World::unlink(const std::string& path) { return error_of(unlink_path(who(), path)); }
int World::rename(const std::string& from, const std::string& to, u32 flags) {
    return error_of(rename_path(who(), from, who(), to, flags));
}
int World::symlink(const std::string& target, const std::string& path) {
    return error_of(make_symlink(who(), path, target));
}
int World::link(const std::string& from, const std::string& path) {
    auto found = walk(who(), from, 0);
    return found ? error_of(link_path(**found, who(), path)) : found.error().code;
}
int World::touch(const std::string& path, const std::string& text) {
    auto f = open(path, O_CREAT | O_WRONLY | O_TRUNC);
    if (!f) return f.error().code;
    return write_all(**f, text) == text.size() ? 0 : EIO;
}
int World::error_of_open(const std::string& path, u32 flags) { return error_of(open(path, flags)); }
std::string World::read(const std::string& path) {
    auto f = open(path, O_RDONLY);
    return f ? read_all(**f) : "!" + std::to_string(f.error().code);
}
std::vector<std::string> World::list(const std::string& path) {
    struct Sink : DirectorySink {
        bool add(std::string_view name, u64, u32, u64) override {
            names.emplace_back(name);
            return true;
        }
        std::vector<std::string> names;
    } sink;
    auto f = open(path, O_RDONLY | O_DIRECTORY);
    if (f) (void)(*f)->read_directory(sink);
    return sink.names;
}
std::string World::path_of(const std::string& path) {
    auto found = walk(who(), path, walk_follow);
    if (!found) return "!" + std::to_string(found.error().code);
    char text[PATH_MAX];
    auto length = ::path_of(**found, *context->root, text);
    return length ? std::string(text, *length) : "!";
}

std::string read_all(file& f) {
    std::string text;
    char block[4096];
    for (;;) {
        IovIter to = IovIter::of_kernel(block, sizeof block);
        auto n = f.read(to, f.offset);
        if (!n || *n == 0) return text;
        text.append(block, *n);
    }
}
usize write_all(file& f, const std::string& text) {
    IovIter from = IovIter::of_kernel(text.data(), text.size());
    auto n = f.write(from, f.offset);
    return n ? *n : 0;
}
} // namespace host

// --- kernel/mem, kernel/sched, kernel/base ---

void* kmalloc(usize bytes) { return std::malloc(bytes); }
void kfree(void* pointer) { std::free(pointer); }

// An arena of frames. The records are shifted so that phys_to_virt() of a frame gives its place in
// the arena, wherever the host put that.
Frame* frame_records;
namespace {
constexpr usize arena_frames = 16384;
Frame arena_records[arena_frames];
std::vector<Frame*> free_frames;

void make_arena() {
    static void* memory = std::aligned_alloc(page_size, arena_frames * page_size);
    const u64 shift = (reinterpret_cast<uptr>(memory) - direct_map_base) / page_size;
    frame_records =
        reinterpret_cast<Frame*>(reinterpret_cast<uptr>(arena_records) - shift * sizeof(Frame));
    for (Frame& frame : arena_records) free_frames.push_back(&frame);
}
} // namespace

Frame* frame_alloc(unsigned) {
    if (!frame_records) make_arena();
    if (out_now >= frame_limit || free_frames.empty()) return nullptr;
    Frame* frame = free_frames.back();
    free_frames.pop_back();
    std::memset(frame->data(), 0xa5, page_size);
    frame->references = 1;
    out_now++;
    return frame;
}
void frame_free(Frame& frame) {
    free_frames.push_back(&frame);
    out_now--;
}
Frame* frame_alloc_zeroed() {
    Frame* frame = frame_alloc(0);
    if (frame) std::memset(frame->data(), 0, page_size);
    return frame;
}
MemoryStatistics memory_statistics() { return {1 << 20, 1 << 19, 0}; }

Nanoseconds clock_monotonic() { return now; }
Nanoseconds clock_realtime() { return s_to_ns(1'700'000'000) + now; }
TimerQueue& kernel_timers() { return timers; }
void random_bytes(std::span<u8> out) {
    for (u8& byte : out) byte = static_cast<u8>(std::rand());
}
SchedulerStatistics scheduler_statistics() { return {0, 0, 1}; }

ThreadWait::ThreadWait() : WaitEntry([](WaitEntry&, u32) { return true; }), thread(nullptr) {}
Result<void> block_current(Nanoseconds deadline, bool) {
    if (host::while_blocked) {
        auto once = host::while_blocked;
        host::while_blocked = nullptr;
        once();
        return {};
    }
    if (deadline != no_deadline) {
        now = deadline;
        return Errno{ETIMEDOUT};
    }
    return Errno{EINTR};
}

usize iov_copy_from_user(void* to, uptr from, usize bytes) {
    std::memcpy(to, reinterpret_cast<void*>(from), bytes);
    return 0;
}
usize iov_copy_to_user(uptr to, const void* from, usize bytes) {
    std::memcpy(reinterpret_cast<void*>(to), from, bytes);
    return 0;
}
usize iov_copy_from_user_checksum(void*, uptr, usize bytes, u32&) { return bytes; }
Result<void> copy_to_user(UserPtr<void> to, const void* from, usize bytes) {
    std::memcpy(reinterpret_cast<void*>(to.address), from, bytes);
    return {};
}

int kvsnprintf(char* to, usize bytes, const char* format, va_list args) {
    return std::vsnprintf(to, bytes, format, args);
}
int ksnprintf(char* to, usize bytes, const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int n = std::vsnprintf(to, bytes, format, args);
    va_end(args);
    return n;
}
void kprintf(const char*, ...) {} // the reports about malformed archives are many
void panic(const char* format, ...) {
    va_list args;
    va_start(args, format);
    std::vfprintf(stderr, format, args);
    std::abort();
}
