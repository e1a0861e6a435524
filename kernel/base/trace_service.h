// The trace's own side of kernel/base/trace.h: what /dev/trace and the tests switch and read.
#pragma once

#include "kernel/base/trace.h"
#include "kernel/base/trace_ring.h"

// Where all records go; without memory until somebody follows.
extern TraceRing trace_ring;

// Whom it is about.
struct TraceFollowing {
    u32 threads = 0;       // followed now
    bool began = false;    // there was one
    bool children = false; // a followed process's children too
};
extern TraceFollowing trace_following;
void trace_follow(TraceThread& thread);
void trace_forget(TraceThread& thread);
