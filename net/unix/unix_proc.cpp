// /proc/net/unix, as in Linux's net/unix/af_unix.c. Addresses of the kernel's aren't shown: the
// first column is zero.
#include "net/unix/unix_sock.h"

namespace {

constexpr unsigned flag_accepts = 1 << 16; // __SO_ACCEPTCON

// SS_*: as the file shows a socket that has a descriptor, and one that has none.
unsigned shown_state(const unix_sock& sk) {
    const bool connected = sk.state == TCP_ESTABLISHED;
    if (sk.owner) return connected ? 3 : 1;
    return connected ? 2 : 4;
}

// The NULs of an abstract name as '@'.
void print_name(TextBuffer& out, const UnixAddress& address) {
    std::string_view name = address.name();
    if (address.is_path()) name.remove_suffix(1);
    out.append(" ");
    for (char c : name) {
        const char shown = c ? c : '@';
        out.append({&shown, 1});
    }
}

} // namespace

void unix_seq_show(TextBuffer& out) {
    out.print("Num       RefCount Protocol Flags    Type St Inode Path\n");
    for (unix_sock& sk : all_unix_sockets()) {
        out.print("%016x: %08X %08X %08X %04X %02X %5llu", 0u, sk.ref_count(), 0u,
                  sk.state == TCP_LISTEN ? flag_accepts : 0u, static_cast<unsigned>(sk.type),
                  shown_state(sk), static_cast<unsigned long long>(sk.owner ? sk.owner->inode : 0));
        if (sk.address) print_name(out, *sk.address);
        out.append("\n");
    }
}
