// The host's files for net/unix: see unix_files.h.
#include "tests/host/unix_files.h"
#include "tests/host/host_net.h"

namespace host {

int live_files = 0;
std::map<int, file*> descriptors;
std::map<std::string, int> inodes;
std::map<int, int> held_inodes;
bool any_descriptor = true;

namespace {

void put(file& held) {
    if (--held.references) return;
    live_files--;
    delete &held;
}

UnixNode node_of(int number) {
    held_inodes[number]++;
    return {reinterpret_cast<void*>(uptr{4096} * static_cast<uptr>(number)),
            reinterpret_cast<void*>(uptr{4096} * static_cast<uptr>(number))};
}

int number_of(UnixNode node) { return static_cast<int>(reinterpret_cast<uptr>(node.place) / 4096); }

Result<UnixNode> create_node(std::string_view path) {
    auto [at, fresh] = inodes.emplace(std::string(path), static_cast<int>(inodes.size()) + 1);
    if (!fresh) return Errno{EEXIST};
    return node_of(at->second);
}

Result<UnixNode> find_node(std::string_view path) {
    auto at = inodes.find(std::string(path));
    if (at == inodes.end()) return Errno{ENOENT};
    return node_of(at->second);
}

void put_node(UnixNode node) { held_inodes[number_of(node)]--; }
void remove_node(UnixNode node) {
    std::erase_if(inodes, [&](auto& entry) { return entry.second == number_of(node); });
    put_node(node);
}

Result<file*> get_file(int fd) {
    auto at = descriptors.find(fd);
    if (at == descriptors.end()) return Errno{EBADF};
    at->second->references++;
    return at->second;
}

Result<int> install_file(file& held, bool) {
    if (!any_descriptor) return Errno{EMFILE};
    int fd = 0;
    while (descriptors.contains(fd)) fd++;
    held.references++;
    descriptors[fd] = &held;
    return fd;
}

} // namespace

const UnixServices file_services{
    .create_node = create_node,
    .remove_node = remove_node,
    .find_node = find_node,
    .put_node = put_node,
    .get_file = get_file,
    .hold_file = [](file& held) { held.references++; },
    .put_file = put,
    .file_references = [](const file& held) { return static_cast<u32>(held.references); },
    .socket_of = [](file& held) { return held.sock.get(); },
    .install_file = install_file,
    .identity =
        [] {
            return UnixIdentity{host::credentials.pid, 7, 8};
        },
    .groups = [](std::span<u32>) { return 0u; },
    .check_identity = [](const UnixIdentity&) { return Result<void>(); },
    .in_flight_limit = [] { return u64{20}; },
};

int open_socket(Ref<socket> sock) {
    auto* made = new file{1, std::move(sock)};
    live_files++;
    int fd = 0;
    while (descriptors.contains(fd)) fd++;
    descriptors[fd] = made;
    return fd;
}

void close_fd(int fd) {
    file* held = descriptors.at(fd);
    descriptors.erase(fd);
    put(*held);
}

} // namespace host
