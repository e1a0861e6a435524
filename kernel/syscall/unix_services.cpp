// The kernel's side of AF_UNIX.
#include "kernel/syscall/unix_services.h"
#include "kernel/base/math.h"
#include "kernel/fs/namei.h"
#include "kernel/proc/process.h"
#include "kernel/syscall/socket_file.h"
#include "net/unix/unix.h"

namespace {

Walker caller() { return {*current_process().fs, current_credentials()}; }

UnixNode node_of(Ref<Dentry> place) {
    const void* identity = place->inode.get();
    return {place.release(), identity};
}

Result<UnixNode> create_socket(std::string_view path) {
    return node_of(TRY(create_node(caller(), path, S_IFSOCK | 0777, 0)));
}

void put_node(UnixNode node) { Ref<Dentry>::adopt(static_cast<Dentry*>(node.place)).reset(); }

void remove_node(UnixNode node) {
    Dentry& place = *static_cast<Dentry*>(node.place);
    (void)place.parent->inode->unlink(*place.parent, place); // nobody came in between
    put_node(node);
}

Result<UnixNode> find_socket(std::string_view path) {
    Ref<Dentry> place = TRY(walk(caller(), path, walk_follow));
    TRY(check_permission(*place->inode, current_credentials(), may_write));
    if (place->inode->type() != S_IFSOCK) return Errno{ECONNREFUSED};
    return node_of(std::move(place));
}

Result<file*> get_file(int fd) { return TRY(current_process().files->get(fd)).release(); }
void hold_file(file& held) { held.ref(); }
void put_file(file& held) { Ref<file>::adopt(&held).reset(); }
u32 file_references(const file& held) { return held.ref_count(); }

socket* socket_of(file& held) {
    SocketFile* opened = held.as_socket();
    return opened ? &opened->sock() : nullptr;
}

Result<int> install_file(file& held, bool close_on_exec) {
    return current_process().files->install(Ref<file>(held), close_on_exec);
}

UnixIdentity identity() {
    const Credentials& who = current_credentials();
    return {in_process() ? current_process().pid : 0, who.uid, who.gid};
}

u32 groups(std::span<u32> to) {
    const Credentials& who = current_credentials();
    const u32 count = min(who.group_count, static_cast<u32>(to.size()));
    for (u32 i = 0; i < count; i++) to[i] = who.groups[i];
    return count;
}

// unix(7): one's own process and any of one's ids, unless one is privileged.
Result<void> check_identity(const UnixIdentity& claimed) {
    const Credentials& who = current_credentials();
    const bool root = who.euid == 0;
    const bool own_user =
        claimed.uid == who.uid || claimed.uid == who.euid || claimed.uid == who.suid;
    const bool own_group =
        claimed.gid == who.gid || claimed.gid == who.egid || claimed.gid == who.sgid;
    if (!root && (claimed.pid != current_process().pid || !own_user || !own_group))
        return Errno{EPERM};
    if (!find_process(claimed.pid)) return Errno{ESRCH};
    if (claimed.uid == ~0u || claimed.gid == ~0u) return Errno{EINVAL};
    return {};
}

u64 in_flight_limit() { return current_process().limits[RLIMIT_NOFILE].current; }

constexpr UnixServices table{
    .create_node = create_socket,
    .remove_node = remove_node,
    .find_node = find_socket,
    .put_node = put_node,
    .get_file = get_file,
    .hold_file = hold_file,
    .put_file = put_file,
    .file_references = file_references,
    .socket_of = socket_of,
    .install_file = install_file,
    .identity = identity,
    .groups = groups,
    .check_identity = check_identity,
    .in_flight_limit = in_flight_limit,
};

} // namespace

void unix_services_init() { unix_register_services(table); }
