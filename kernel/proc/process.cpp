// The tables of processes and threads, and what is asked of them.
#include "kernel/proc/process.h"

#include "kernel/base/clock.h"
#include "kernel/base/string.h"

namespace {

constexpr int max_pid = 32768;
constexpr usize table_size = 256;

List<Task, &Task::table_node> task_table[table_size];
ProcessList processes;
usize processes_alive = 0;
int last_pid = 0;

constexpr ResourceLimit initial_limits[RLIM_NLIMITS] = {
    {limit_infinity, limit_infinity}, // CPU
    {limit_infinity, limit_infinity}, // FSIZE
    {limit_infinity, limit_infinity}, // DATA
    {8 << 20, limit_infinity},        // STACK
    {0, limit_infinity},              // CORE
    {limit_infinity, limit_infinity}, // RSS
    {4096, 4096},                     // NPROC
    {1024, 1 << 20},                  // NOFILE
    {8 << 20, 8 << 20},               // MEMLOCK
    {limit_infinity, limit_infinity}, // AS
    {limit_infinity, limit_infinity}, // LOCKS
    {4096, 4096},                     // SIGPENDING
    {819200, 819200},                 // MSGQUEUE
    {0, 0},                           // NICE
    {0, 0},                           // RTPRIO
    {limit_infinity, limit_infinity}, // RTTIME
};

bool pid_in_use(int pid) {
    if (find_task(pid)) return true;
    for (const Process& process : processes)
        if (process.pid == pid || process.pgid == pid || process.sid == pid) return true;
    return false;
}

} // namespace

const Credentials& current_credentials() {
    static const Credentials root;
    return in_process() ? current_process().credentials : root;
}

Process::Process() : interval_timers{{this, 0}, {this, 1}, {this, 2}} {
    memcpy(limits, initial_limits, sizeof(limits));
    start_time = clock_monotonic();
    processes.push_back(*this);
    processes_alive++;
}

Process::~Process() { leave_tables(); }

void Process::leave_tables() {
    if (!all_node.linked()) return;
    all_node.unlink();
    sibling_node.unlink();
    processes_alive--;
}

bool Task::is_leader() const { return tid == process->pid; }

Task* Process::leader() const {
    for (Task& task : threads)
        if (task.tid == pid) return &task;
    return nullptr;
}

Task* Process::any_task() const {
    Task* first = leader();
    return first ? first : threads.front();
}

Nanoseconds task_cpu_time(const Task& task) {
    const Thread& thread = *task.thread;
    const bool running = &thread == &current_thread();
    return thread.cpu_time + (running ? clock_monotonic() - thread.switched_in : 0);
}

Nanoseconds Process::cpu_time() const {
    Nanoseconds total = dead_threads_times.sum();
    for (const Task& task : threads) total += task_cpu_time(task);
    return total;
}

const char* Process::name() const {
    const Task* task = any_task();
    return task ? task->name : last_name;
}

void register_task(Task& task) {
    task_table[static_cast<usize>(task.tid) % table_size].push_back(task);
}

Task* find_task(int tid) {
    if (tid <= 0) return nullptr;
    for (Task& task : task_table[static_cast<usize>(tid) % table_size])
        if (task.tid == tid) return &task;
    return nullptr;
}

Process* find_process(int pid) {
    Task* task = find_task(pid);
    if (task) return task->process->pid == pid ? task->process.get() : nullptr;
    for (Process& process : processes)
        if (process.pid == pid) return &process;
    return nullptr;
}

ProcessList& all_processes() { return processes; }
usize process_count() { return processes_alive; }
Process* init_process() { return find_process(1); }

Result<int> allocate_pid() {
    for (int tries = 0; tries < max_pid; tries++) {
        last_pid = last_pid >= max_pid - 1 ? 2 : last_pid + 1;
        if (!pid_in_use(last_pid)) return last_pid;
    }
    return Errno{EAGAIN};
}

bool process_group_exists(int pgid, int sid) {
    for (const Process& process : processes)
        if (process.pgid == pgid && process.sid == sid) return true;
    return false;
}

bool is_orphaned_group(int pgid, const Process* except) {
    for (const Process& process : processes) {
        if (process.pgid != pgid || &process == except || process.zombie) continue;
        const Process* parent = process.parent;
        if (parent && parent->pid != 1 && parent->pgid != pgid && parent->sid == process.sid)
            return false;
    }
    return true;
}
