// /dev/trace and /proc/stations (docs/trace.md).
#pragma once

void trace_files_init();
