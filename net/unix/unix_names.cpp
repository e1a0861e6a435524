// Names of unix sockets: paths (an inode of the file system), abstract ones (any bytes after a NUL,
// in a table of their own; each type of socket has its own), and those that autobind makes up.
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "net/unix/unix_sock.h"

namespace {

constexpr u32 bucket_count = 256;
using NameList = List<unix_sock, &unix_sock::name_node>;
NameList paths[bucket_count], abstract_names[bucket_count];

NameList& path_bucket(const void* identity) {
    return paths[(reinterpret_cast<uptr>(identity) >> 4) * 0x9e37'79b9u >> 16 & (bucket_count - 1)];
}

NameList& abstract_bucket(std::string_view name) {
    u32 hash = 2166136261u; // FNV-1a
    for (char c : name) hash = (hash ^ static_cast<u8>(c)) * 16777619u;
    return abstract_names[hash & (bucket_count - 1)];
}

unix_sock* find_abstract(std::string_view name, int type) {
    for (unix_sock& sk : abstract_bucket(name))
        if (sk.type == type && sk.address->name() == name) return &sk;
    return nullptr;
}

bool is_path(const SockaddrStorage& address) { return address.bytes[unix_path_offset] != 0; }

// The bytes of the path, which may end at a NUL or with the address.
std::string_view path_in(const SockaddrStorage& address, u32 length) {
    const char* text = reinterpret_cast<const char*>(address.bytes) + unix_path_offset;
    u32 size = 0;
    while (size < length - unix_path_offset && text[size]) size++;
    return {text, size};
}

std::string_view abstract_in(const SockaddrStorage& address, u32 length) {
    return {reinterpret_cast<const char*>(address.bytes) + unix_path_offset,
            length - unix_path_offset};
}

// `length` counts what getsockname tells: a path's NUL too.
Result<Ref<UnixAddress>> make_address(std::string_view name, u32 length) {
    Ref<UnixAddress> made = TRY(make_ref<UnixAddress>());
    made->bytes[0] = AF_UNIX;
    memcpy(made->bytes + unix_path_offset, name.data(), name.size());
    made->length = length;
    return made;
}

Result<void> bind_path(unix_sock& sk, std::string_view path) {
    Ref<UnixAddress> address =
        TRY(make_address(path, static_cast<u32>(unix_path_offset + path.size() + 1)));
    auto node = unix_services().create_node(path);
    if (!node.ok()) return Errno{node.error().code == EEXIST ? EADDRINUSE : node.error().code};
    if (sk.address) {
        unix_services().remove_node(*node);
        return Errno{EINVAL};
    }
    sk.node = *node;
    sk.address = address;
    path_bucket(node->identity).push_back(sk);
    return {};
}

Result<void> bind_abstract(unix_sock& sk, std::string_view name) {
    if (sk.address) return Errno{EINVAL};
    if (find_abstract(name, sk.type)) return Errno{EADDRINUSE};
    sk.address = TRY(make_address(name, static_cast<u32>(unix_path_offset + name.size())));
    abstract_bucket(name).push_back(sk);
    return {};
}

Result<Ref<unix_sock>> find_path(std::string_view path, int type) {
    const UnixNode node = TRY(unix_services().find_node(path));
    Ref<unix_sock> found;
    for (unix_sock& sk : path_bucket(node.identity))
        if (sk.node.identity == node.identity) found = Ref<unix_sock>(sk);
    unix_services().put_node(node);
    if (!found) return Errno{ECONNREFUSED};
    if (found->type != type) return Errno{EPROTOTYPE};
    return found;
}

} // namespace

Result<void> unix_check_address(const SockaddrStorage& address, u32 length) {
    if (length <= unix_path_offset || length > unix_path_offset + unix_path_max)
        return Errno{EINVAL};
    if (address.family() != AF_UNIX) return Errno{EINVAL};
    return {};
}

Result<void> unix_bind(socket& sock, const SockaddrStorage& address, u32 length) {
    TRACE_STATION(unix, "socket", sock);
    unix_sock& sk = unix_of(sock);
    if (length == unix_path_offset && address.family() == AF_UNIX) return unix_autobind(sk);
    TRY(unix_check_address(address, length));
    return is_path(address) ? bind_path(sk, path_in(address, length))
                            : bind_abstract(sk, abstract_in(address, length));
}

// A NUL and five hexadecimal digits (unix(7), "Autobind feature").
Result<void> unix_autobind(unix_sock& sk) {
    if (sk.address) return {};
    constexpr u32 numbers = 1 << 20;
    u32 number = random_u32() % numbers;
    for (u32 tries = 0; tries < numbers; tries++, number = (number + 1) % numbers) {
        char name[8] = {};
        ksnprintf(name + 1, sizeof name - 1, "%05x", number);
        if (find_abstract({name, 6}, sk.type)) continue;
        return bind_abstract(sk, {name, 6});
    }
    return Errno{ENOSPC};
}

Result<u32> unix_getname(socket& sock, SockaddrStorage& storage, bool peer) {
    TRACE_STATION(unix, "socket", sock, "peer", peer);
    unix_sock* sk = &unix_of(sock);
    if (peer && !(sk = sk->peer.get())) return Errno{ENOTCONN};
    if (!sk->address) {
        storage.bytes[0] = AF_UNIX;
        storage.bytes[1] = 0;
        return unix_path_offset;
    }
    memcpy(storage.bytes, sk->address->bytes, sk->address->length);
    return sk->address->length;
}

Result<Ref<unix_sock>> unix_find(const SockaddrStorage& address, u32 length, int type) {
    if (is_path(address)) return find_path(path_in(address, length), type);
    unix_sock* found = find_abstract(abstract_in(address, length), type);
    if (!found) return Errno{ECONNREFUSED};
    return Ref<unix_sock>(found);
}

void unix_copy_address(msghdr& message, const unix_sock& from) {
    if (!message.name || !from.address) return;
    memcpy(message.name->bytes, from.address->bytes, from.address->length);
    message.namelen = from.address->length;
}

void unix_forget_name(unix_sock& sk) {
    sk.name_node.unlink();
    if (sk.node.place) unix_services().put_node(std::exchange(sk.node, UnixNode{}));
}
