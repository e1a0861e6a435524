// What the files of kernel/sched share among themselves.
#pragma once

#include "kernel/sched/scheduler.h"

// Puts a blocked thread into the run queue, without saying that it was told of anything.
void scheduler_resume(Thread& thread);
// The first thing a thread does after a switch.
void scheduler_finish_switch();
bool scheduler_has_runnable();
bool scheduler_has_work();
