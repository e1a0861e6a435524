// AF_UNIX (unix(7)) as the rest of the kernel sees it, and what it asks of the kernel: names in the
// file system, descriptors that are passed, identities. net/ knows no files; it gets them through
// this table.
#pragma once

#include "kernel/base/text_buffer.h"
#include "net/socket.h"
#include <string_view>

struct file; // the kernel's; only held and handed on here

// A socket's place in the file system, kept there until put_node.
struct UnixNode {
    void* place = nullptr;
    const void* identity = nullptr; // the same for every name of the same inode
};

struct UnixIdentity {
    int pid = 0;
    u32 uid = 0, gid = 0; // real
};

struct UnixServices {
    // Makes the inode of a socket, less the umask. Errors of mknod(2); EEXIST.
    Result<UnixNode> (*create_node)(std::string_view path);
    // Takes back what create_node has just made.
    void (*remove_node)(UnixNode node);
    // Errors of path_resolution(7); EACCES without write permission, ECONNREFUSED when it is no
    // socket.
    Result<UnixNode> (*find_node)(std::string_view path);
    void (*put_node)(UnixNode node);

    // The open file of a descriptor of the caller, with a reference. EBADF.
    Result<file*> (*get_file)(int fd);
    void (*hold_file)(file& held);
    void (*put_file)(file& held);
    u32 (*file_references)(const file& held);
    socket* (*socket_of)(file& held); // null when it isn't one
    // Gives the caller a descriptor of the file, with a reference of its own. EMFILE, ENOMEM.
    Result<int> (*install_file)(file& held, bool close_on_exec);

    UnixIdentity (*identity)();
    // The caller's supplementary groups: how many there are, written into `groups`.
    u32 (*groups)(std::span<u32> groups);
    // May the caller say that it is this one? EPERM, ESRCH.
    Result<void> (*check_identity)(const UnixIdentity& claimed);
    // How many descriptors the caller's user may have on their way (RLIMIT_NOFILE).
    u64 (*in_flight_limit)();
};
void unix_register_services(const UnixServices& services);

// Registers the family.
void unix_init();
// /proc/net/unix.
void unix_seq_show(TextBuffer& out);
u32 unix_sockets();
// Descriptors on their way in messages, and unix sockets among them.
u32 unix_files_in_flight();
u32 unix_sockets_in_flight();
