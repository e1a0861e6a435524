// How processes begin and end, as system calls.
#include "kernel/arch/trap_frame.h"
#include "kernel/proc/exec.h"
#include "kernel/proc/process.h"
#include "kernel/proc/restart.h"
#include "kernel/proc/usage.h"
#include "kernel/proc/wait.h"
#include "kernel/syscall/process.h"

namespace {

SysResult clone_with(const CloneArguments& arguments) {
    return SysResult(long{TRY(clone_process(arguments, current_thread().trap_frame()))});
}

SysResult execute_path(int fd, UserPtr<const char> path, const ArgumentList& argv,
                       const ArgumentList& envp, int flags) {
    Process& process = current_process();
    Box<std::array<char, PATH_MAX>> name = TRY((make_box<std::array<char, PATH_MAX>>()));
    const usize length = TRY(copy_string_from_user(*name, path));
    const std::string_view text{name->data(), length};
    if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) return Errno{EINVAL};
    Ref<file> directory;
    if (fd != AT_FDCWD && (text.empty() || text[0] != '/')) directory = TRY(process.files->get(fd));
    if (directory && !directory->dentry) return Errno{ENOTDIR};
    const Walker walker{*process.fs, process.credentials,
                        directory ? directory->dentry.get() : nullptr};
    const u32 how =
        (flags & AT_SYMLINK_NOFOLLOW ? 0 : walk_follow) | (flags & AT_EMPTY_PATH ? walk_empty : 0);
    Ref<Dentry> found = TRY(walk(walker, text, how));
    if (found->inode->is_symlink()) return Errno{ELOOP};
    if (!found->inode->is_regular()) return Errno{EACCES};
    TRY(check_permission(*found->inode, process.credentials, may_execute));
    TRY(execute(TRY(open_dentry(*found, O_RDONLY)), text, argv, envp));
    return static_cast<long>(current_thread().trap_frame().rax);
}

// wait4's way of naming children.
Result<ChildEvent> wait_pid(int pid, int options) {
    constexpr int known =
        WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WALL | static_cast<int>(__WCLONE);
    if (options & ~known) return Errno{EINVAL};
    if (pid == static_cast<int>(0x8000'0000)) return Errno{ESRCH};
    options |= WEXITED;
    if (pid == -1) return wait_for_child(P_ALL, 0, options);
    if (pid > 0) return wait_for_child(P_PID, pid, options);
    return wait_for_child(P_PGID, pid == 0 ? current_process().pgid : -pid, options);
}

template <class Usage>
SysResult wait_and_tell(int pid, UserPtr<int> status, int options, UserPtr<Usage> usage) {
    ChildEvent event = TRY(restart_if_interrupted(wait_pid(pid, options)));
    if (!event.pid) return 0;
    if (status) TRY(put_user(status, event.status));
    if constexpr (std::is_same_v<Usage, rusage32>) {
        if (usage) TRY(put_user(usage, to_compat(event.usage)));
    } else {
        if (usage) TRY(put_user(usage, event.usage));
    }
    return event.pid;
}

Result<ChildEvent> wait_id(int which, int id, int options) {
    constexpr int known = WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED | __WNOTHREAD |
                          __WALL | static_cast<int>(__WCLONE);
    if (options & ~known) return Errno{EINVAL};
    if (!(options & (WEXITED | WSTOPPED | WCONTINUED))) return Errno{EINVAL};
    if (which != P_ALL && which != P_PID && which != P_PGID) return Errno{EINVAL};
    if (which == P_PID && id <= 0) return Errno{EINVAL};
    if (which == P_PGID && id < 0) return Errno{EINVAL};
    if (which == P_PGID && id == 0) id = current_process().pgid;
    return restart_if_interrupted(wait_for_child(which, id, options));
}

} // namespace

SysResult sys_fork() { return clone_with({.flags = SIGCHLD}); }
SysResult sys_vfork() { return clone_with({.flags = CLONE_VFORK | CLONE_VM | SIGCHLD}); }

SysResult sys_clone(u64 flags, uptr stack, uptr parent_tid, uptr child_tid, uptr tls) {
    return clone_with({static_cast<u32>(flags), stack, parent_tid, child_tid, tls});
}
SysResult compat_sys_clone(u32 flags, uptr stack, uptr parent_tid, uptr tls, uptr child_tid) {
    return clone_with({flags, stack, parent_tid, child_tid, tls});
}

SysResult sys_execve(UserPtr<const char> path, UserPtr<const void> argv, UserPtr<const void> envp) {
    return execute_path(AT_FDCWD, path, {.user = argv}, {.user = envp}, 0);
}
SysResult compat_sys_execve(UserPtr<const char> path, UserPtr<const void> argv,
                            UserPtr<const void> envp) {
    return execute_path(AT_FDCWD, path, {.user = argv, .is_32bit = true},
                        {.user = envp, .is_32bit = true}, 0);
}
SysResult sys_execveat(int fd, UserPtr<const char> path, UserPtr<const void> argv,
                       UserPtr<const void> envp, int flags) {
    return execute_path(fd, path, {.user = argv}, {.user = envp}, flags);
}
SysResult compat_sys_execveat(int fd, UserPtr<const char> path, UserPtr<const void> argv,
                              UserPtr<const void> envp, int flags) {
    return execute_path(fd, path, {.user = argv, .is_32bit = true},
                        {.user = envp, .is_32bit = true}, flags);
}

SysResult sys_exit(int status) { exit_thread((status & 0xff) << 8); }
SysResult sys_exit_group(int status) { exit_group((status & 0xff) << 8); }

SysResult sys_wait4(int pid, UserPtr<int> status, int options, UserPtr<rusage_native> usage) {
    return wait_and_tell(pid, status, options, usage);
}
SysResult compat_sys_wait4(int pid, UserPtr<int> status, int options, UserPtr<rusage32> usage) {
    return wait_and_tell(pid, status, options, usage);
}
SysResult compat_sys_waitpid(int pid, UserPtr<int> status, int options) {
    return wait_and_tell(pid, status, options, UserPtr<rusage32>());
}

SysResult sys_waitid(int which, int id, UserPtr<siginfo_native> info, int options,
                     UserPtr<rusage_native> usage) {
    ChildEvent event = TRY(wait_id(which, id, options));
    if (usage && event.pid) TRY(put_user(usage, event.usage));
    if (!info) return 0;
    TRY(put_user(info, event.pid ? to_native(event.info) : siginfo_native{}));
    return 0;
}
SysResult compat_sys_waitid(int which, int id, UserPtr<siginfo32> info, int options,
                            UserPtr<rusage32> usage) {
    ChildEvent event = TRY(wait_id(which, id, options));
    if (usage && event.pid) TRY(put_user(usage, to_compat(event.usage)));
    if (!info) return 0;
    TRY(put_user(info, event.pid ? to_compat(event.info) : siginfo32{}));
    return 0;
}
