// Processes and their threads: what belongs to a program, what to each thread of it, and how they
// begin and end.
#pragma once

#include "kernel/base/list.h"
#include "kernel/base/ref.h"
#include "kernel/base/timer.h"
#include "kernel/base/wait.h"
#include "kernel/fs/fd_table.h"
#include "kernel/fs/fs_context.h"
#include "kernel/mem/address_space.h"
#include "kernel/proc/credentials.h"
#include "kernel/proc/signal.h"
#include "kernel/sched/scheduler.h"
#include "kernel/uapi/process.h"

struct ResourceLimit {
    u64 current, maximum;
};
constexpr u64 limit_infinity = ~u64{0};

// The file of a running program: nobody may write to it meanwhile (ETXTBSY).
class RunningProgram {
  public:
    RunningProgram() = default;
    RunningProgram(const RunningProgram&) = delete;
    RunningProgram& operator=(const RunningProgram&) = delete;
    ~RunningProgram() { reset(); }
    void set(Ref<file> program) {
        program->inode->running++;
        reset();
        file_ = std::move(program);
    }
    void reset() {
        if (file_) file_->inode->running--;
        file_.reset();
    }
    const Ref<file>& get() const { return file_; }

  private:
    Ref<file> file_;
};

// A thread of a program: what proc keeps beside the scheduler's Thread.
struct Task {
    Thread* thread = nullptr;
    Ref<Process> process;
    int tid = 0;
    ListNode process_node; // in process->threads
    ListNode table_node;   // in the table of thread ids
    SignalSet blocked = 0;
    SignalSet saved_blocked = 0;  // what rt_sigsuspend puts back
    SignalSet waited = 0;         // by rt_sigtimedwait: come in although blocked
    bool restore_blocked = false; // … when no handler has done so
    PendingSignals pending;
    stack_native alternate_stack = {0, SS_DISABLE, 0, 0};
    UserPtr<int> clear_child_tid; // CLONE_CHILD_CLEARTID
    uptr robust_list = 0;         // set_robust_list(2)
    bool robust_list_is_32bit = false;
    FaultOutcome last_fault = FaultOutcome::resolved;
    u64 fault_instruction = 0; // of the last page fault (cpu_time.h)
    CpuTimes times;            // as sampled
    u64 last_vector = 0, last_error_code = 0, last_fault_address = 0; // for signal frames
    bool exiting = false;
    char name[16] = "";
    Process* vfork_child = nullptr; // whom it waits for
    int parent_death_signal = 0;
    // What restart_syscall(2) goes on with: an interrupted nanosleep or poll.
    struct {
        bool armed = false, polling = false, absolute = false, is_32bit = false, time64 = false;
        int clock = 0;
        Nanoseconds deadline = 0;
        uptr remainder = 0; // of nanosleep: where to write it; of poll: its array
        u32 count = 0;      // of poll
    } restart;

    bool is_leader() const;
};

struct Process : RefCounted {
    ListNode all_node;     // in the list of processes
    ListNode sibling_node; // in parent->children
    List<Process, &Process::sibling_node> children;
    Process* parent = nullptr;
    int pid = 0, pgid = 0, sid = 0;
    int exit_signal = SIGCHLD; // what the parent gets when it ends

    List<Task, &Task::process_node> threads;
    unsigned thread_count = 0;

    Ref<AddressSpace> memory;
    Ref<FdTable> files;
    Ref<FsContext> fs;
    Ref<SignalHandlers> handlers;
    PendingSignals pending;
    Credentials credentials;
    ResourceLimit limits[RLIM_NLIMITS];
    u32 personality = 0;
    int nice = 0;
    bool is_32bit = false; // the program it runs
    bool dumpable = true, no_new_privileges = false;
    bool has_executed = false; // execve since fork (setpgid's EACCES)
    struct Tty* controlling_terminal = nullptr;

    // Ending, stopping.
    bool group_exiting = false;
    bool ending_threads = false; // execve waits for the others to go
    bool zombie = false;
    int exit_status = 0; // as wait4 gives it
    bool stopped = false;
    bool stop_reported = false, continue_reported = true;
    int stop_signal = 0;
    unsigned threads_stopped = 0;
    WaitQueue child_queue;      // wait4
    WaitQueue stop_queue;       // SIGCONT
    WaitQueue thread_queue;     // a thread has gone (execve waits for the others)
    WaitQueue vfork_queue;      // the child has let go of our memory
    WaitQueue signal_queue;     // signalfd, rt_sigtimedwait
    bool vfork_waiting = false; // the parent waits in vfork

    // Accounting, ns and counts.
    Nanoseconds start_time = 0;
    CpuTimes dead_threads_times;
    CpuTimes children_times;
    u64 minor_faults = 0, children_faults = 0;
    u64 max_resident = 0, children_max_resident = 0;

    // setitimer(2): the three of them.
    struct IntervalTimer {
        Timer timer;
        Process* process;
        int which;
        Nanoseconds interval = 0;
        Nanoseconds expires = 0; // REAL: monotonic; VIRTUAL, PROF: of the CPU time; 0: off
        IntervalTimer(Process* process, int which);
    } interval_timers[3];

    struct PosixTimers* posix_timers = nullptr; // timer_create(2), once there is one

    char last_name[16] = "";   // of its last thread, for a zombie
    char executable[256] = ""; // path, for /proc/PID/exe
    RunningProgram executable_file;

    Process();
    ~Process();
    Task* leader() const; // null when it has ended before others
    Task* any_task() const;
    Nanoseconds cpu_time() const;
    const char* name() const;
    void leave_tables();
};

inline Task& current_task() { return *current_thread().task; }
inline Process& current_process() { return *current_thread().process; }
inline bool in_process() { return current_thread().process != nullptr; }

// Registers the hooks of the entries (kernel/arch/interrupts.h). Once, at boot.
void proc_init();

// --- the tables ---
Task* find_task(int tid);
Process* find_process(int pid); // zombies too
using ProcessList = List<Process, &Process::all_node>;
ProcessList& all_processes();
usize process_count();
Process* init_process();
// EAGAIN when all are taken.
Result<int> allocate_pid();
void register_task(Task& task);
Nanoseconds task_cpu_time(const Task& task);
bool process_group_exists(int pgid, int sid);
// POSIX 3.264: no member has a parent in another group of the same session.
bool is_orphaned_group(int pgid, const Process* except = nullptr);

// --- life ---
struct CloneArguments {
    u64 flags = 0;
    uptr stack = 0;
    uptr parent_tid = 0, child_tid = 0;
    uptr tls = 0;
};
Result<int> clone_process(const CloneArguments& arguments, const TrapFrame& frame);
// Ends the calling thread; the last one ends the process with this wait status.
[[noreturn]] void exit_thread(int status);
// Ends the whole process.
[[noreturn]] void exit_group(int status);
// Tells all threads but the calling one to leave.
void kill_other_threads(Process& process);
// Ends all other threads of the current process, for execve. EAGAIN when the process ends anyway.
Result<void> end_other_threads();
// Takes a dead child out of the tables, its times into the parent's.
void reap(Process& child);
// The siginfo of a death, with its status.
SignalInfo child_signal(const Process& process);
constexpr Nanoseconds ns_per_tick = 10'000'000; // of USER_HZ, 100 a second
// Init. Starts the program on an empty process 1.
Result<void> start_init(const char* path, const char* const* argv, const char* const* envp);
