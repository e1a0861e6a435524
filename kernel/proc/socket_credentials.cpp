// What the network asks about its caller (net/socket.h).
#include "kernel/proc/process.h"
#include "net/socket.h"

SocketCredentials socket_credentials() {
    const Credentials& who = current_credentials();
    return {in_process() ? current_process().pid : 0, who.euid, who.egid, who.euid == 0};
}

CallingProgram calling_program() {
    if (!in_process()) return {};
    return {current_task().name, current_process().executable};
}
