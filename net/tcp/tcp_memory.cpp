// Bounds that follow from the machine's memory.
#include "net/tcp/tcp_memory.h"
#include "kernel/base/math.h"

TcpMemory tcp_memory;

void tcp_memory_init(u64 memory_bytes) {
    tcp_memory.limit = memory_bytes / 4;
    tcp_memory.orphans_max = static_cast<u32>(clamp<u64>(memory_bytes / 65536, 64, 65536));
    tcp_memory.time_wait_max = static_cast<u32>(clamp<u64>(memory_bytes / 4096, 1024, 262144));
    // One connection may not take it all.
    tcp_memory.receive_buffer_max = static_cast<u32>(
        clamp<u64>(memory_bytes / 16, tcp_receive_buffer_default, tcp_receive_buffer_max));
    tcp_memory.send_buffer_max =
        static_cast<u32>(clamp<u64>(memory_bytes / 16, 65536, tcp_send_buffer_max));
}
