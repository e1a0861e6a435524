// The battery-backed clock (MC146818 in the PC's CMOS memory).
#pragma once

#include "kernel/base/time.h"

// Nanoseconds since 1970-01-01; the clock is taken to be in UTC.
Nanoseconds rtc_read();
