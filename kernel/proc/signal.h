// Signals: who has which pending, what a process does about them, and the way into a handler.
// POSIX.1-2017 XSH 2.4; signal(7).
#pragma once

#include "kernel/abi/compat.h"
#include "kernel/abi/native.h"
#include "kernel/arch/trap_frame.h"
#include "kernel/base/list.h"
#include "kernel/base/ref.h"
#include "kernel/mem/user_copy.h"
#include "kernel/uapi/signal.h"

struct Process;
struct Task;

constexpr int signal_count = 64; // 1 … 64; 32 and up are real-time signals and queue

using SignalSet = u64;
constexpr SignalSet signal_bit(int signal) { return SignalSet{1} << (signal - 1); }
constexpr SignalSet unblockable_signals = signal_bit(SIGKILL) | signal_bit(SIGSTOP);
constexpr SignalSet stop_signals =
    signal_bit(SIGSTOP) | signal_bit(SIGTSTP) | signal_bit(SIGTTIN) | signal_bit(SIGTTOU);
constexpr SignalSet ignored_by_default =
    signal_bit(SIGCHLD) | signal_bit(SIGURG) | signal_bit(SIGWINCH) | signal_bit(SIGCONT);

// Why a signal came: siginfo_t without its layout.
struct SignalInfo {
    enum class Kind : u8 { sender, fault, child, timer, poll };
    int signal = 0;
    int code = 0;
    int error = 0;
    Kind kind = Kind::sender;
    int pid = 0;   // sender, child; timer: its id
    u32 uid = 0;   // sender, child; timer: overruns
    u64 value = 0; // sender: sigval; fault: the address; child: status; poll: band
    u64 user_ticks = 0, system_ticks = 0; // child; poll: fd
};

struct SignalAction {
    uptr handler = 0; // 0: SIG_DFL, 1: SIG_IGN
    u64 flags = 0;    // SA_*
    uptr restorer = 0;
    SignalSet mask = 0;
};
constexpr uptr signal_default = 0, signal_ignore = 1;

// Shared by CLONE_SIGHAND.
struct SignalHandlers : RefCounted {
    SignalAction actions[signal_count];
    SignalAction& of(int signal) { return actions[signal - 1]; }
};

struct QueuedSignal {
    ListNode node;
    SignalInfo info;
};

class PendingSignals {
  public:
    ~PendingSignals() { clear(~SignalSet{0}); }
    // A standard signal that is pending already stays single. EAGAIN: no memory to queue a
    // real-time signal.
    Result<void> add(const SignalInfo& info);
    // More expiries of a timer whose signal is here still; false when it isn't.
    bool add_overruns(int timer, u64 expiries);
    // Takes the lowest of `allowed`; false when there is none.
    bool take(SignalSet allowed, SignalInfo& info);
    void clear(SignalSet which);
    SignalSet set() const { return set_; }
    unsigned queued() const { return queued_; }

  private:
    SignalSet set_ = 0;
    unsigned queued_ = 0;
    List<QueuedSignal, &QueuedSignal::node> queue_;
};

// --- sending ---

// From the kernel (SI_KERNEL) unless `info` says otherwise.
void send_signal(Process& process, int signal);
Result<void> send_signal(Process& process, const SignalInfo& info);
Result<void> send_signal_to_task(Task& task, const SignalInfo& info);
// To every process of the group (terminal, hang-up). True when there was one.
bool send_signal_to_group(int pgid, int signal);
// A signal that can't be blocked or ignored away, because the code can't go on (a fault).
void force_signal(Task& task, SignalInfo info);
// The parent learns that a child stopped or goes on. `code`: CLD_STOPPED or CLD_CONTINUED.
void notify_job_control(Process& process, int code);
// kill(2)'s rule. EPERM.
Result<void> check_kill_permission(const Process& target, int signal);

// --- receiving ---

// Recomputes thread.signal_pending after a mask or queue has changed.
void recompute_signal_pending(Task& task);
void set_blocked_signals(Task& task, SignalSet blocked);
// True when the default or set action is to ignore.
bool signal_is_ignored(Process& process, int signal);

// For the entries (kernel/arch): called with thread.signal_pending set, just before returning to
// user mode. Sets up a handler's frame, restarts the system call, stops, or ends the thread.
void deliver_signals(TrapFrame& frame);
// For the exception handlers (kernel/arch): an exception in user code that nobody resolved becomes
// the signal that Linux makes of it. `address` is CR2 for a page fault, else unused.
void user_exception(TrapFrame& frame, uptr address);

// --- frames (signal_frame64.cpp, signal_frame32.cpp) ---
Result<void> push_signal_frame64(TrapFrame& frame, const SignalAction& action,
                                 const SignalInfo& info, SignalSet saved_mask);
Result<void> push_signal_frame32(TrapFrame& frame, const SignalAction& action,
                                 const SignalInfo& info, SignalSet saved_mask);
// What sigreturn does: the task's registers, signal mask and alternate stack as the frame has them.
// Returns the value for rax. A frame that can't be read or is malformed ends the task with SIGSEGV.
long pop_signal_frame64(Task& task);
long pop_signal_frame32(Task& task);
long pop_signal_frame32_with_info(Task& task);
siginfo_native to_native(const SignalInfo& info);
siginfo32 to_compat(const SignalInfo& info);
SignalInfo from_native(const siginfo_native& info);
