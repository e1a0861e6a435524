// Unpredictable bytes (random_bytes, kernel/base/clock.h): the processor's own generator where it
// has one, and timing jitter, mixed into ChaCha20.
#pragma once

#include "kernel/base/clock.h"

void random_init();
// Mixes something in that an outsider can't know well, such as the moment of an interrupt.
void random_add(u64 value);
