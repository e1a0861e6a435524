// The kernel's signal mask has 64 bits; the C type keeps room for 1,024.
#pragma once
#define KERNEL_MASK_BYTES 8
