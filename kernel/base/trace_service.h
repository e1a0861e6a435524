// The trace's own side of kernel/base/trace.h: what /dev/trace and the tests switch and read.
#pragma once

#include "kernel/base/trace.h"
#include "kernel/base/trace_ring.h"

// Where all records go; without memory until somebody follows.
extern TraceRing trace_ring;
