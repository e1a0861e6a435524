// Process 1: made from nothing, not by fork.
#include "kernel/base/format.h"
#include "kernel/base/string.h"
#include "kernel/proc/exec.h"
#include "kernel/proc/process.h"

namespace {

// What init runs is loaded by its own thread, so that the loader finds a current process.
struct Request {
    const char* path;
    const char* const* argv;
    const char* const* envp;
    WaitQueue done;
    bool finished = false;
    Result<void> result;
};

Result<void> load_init(Request& request) {
    Process& process = current_process();
    Ref<Dentry> found = TRY(walk({*process.fs, process.credentials}, request.path, walk_follow));
    if (!found->inode->is_regular()) return Errno{EACCES};
    return execute(TRY(open_dentry(*found, O_RDONLY)), request.path, {.kernel = request.argv},
                   {.kernel = request.envp});
}

Result<void> open_console(Process& process) {
    auto opened = open_path({*process.fs, process.credentials}, "/dev/console", O_RDWR, 0);
    if (!opened.ok()) {
        kprintf("init: no /dev/console (error %d)\n", opened.error().code);
        return {};
    }
    Ref<file> console = std::move(opened).value();
    for (int fd = 0; fd < 3; fd++) TRY(process.files->install(console, false));
    return {};
}

Result<Ref<Process>> make_init(Thread& thread) {
    Ref<Process> process = TRY(make_ref<Process>());
    process->files = TRY(make_ref<FdTable>());
    process->fs = TRY(FsContext::create());
    process->handlers = TRY(make_ref<SignalHandlers>());
    Box<Task> task = TRY(make_box<Task>());
    process->pid = process->pgid = process->sid = 1;
    task->tid = thread.tid = 1;
    task->thread = &thread;
    task->process = process;
    copy_string(task->name, sizeof(task->name), "init");
    thread.process = process.get();
    thread.task = task.get();
    register_task(*task);
    process->threads.push_back(*task);
    process->thread_count = 1;
    (void)task.release();
    return process;
}

Result<void> run_init(Request& request) {
    Ref<Process> process = TRY(make_init(current_thread()));
    TRY(open_console(*process));
    TRY(load_init(request));
    process->ref(); // the table's reference
    return {};
}

void init_thread(void* argument) {
    auto& request = *static_cast<Request*>(argument);
    request.result = run_init(request);
    request.finished = true;
    const bool ok = request.result.ok();
    request.done.wake_all();
    if (ok) thread_enter_user();
}

} // namespace

Result<void> start_init(const char* path, const char* const* argv, const char* const* envp) {
    Request request{path, argv, envp, {}, false, {}};
    Thread* thread = TRY(thread_create(init_thread, &request));
    make_runnable(*thread);
    while (!request.finished) yield();
    if (!request.result.ok()) return request.result.error();
    return {};
}
