// SMAP's two instructions for inline use; see smap.inc. Only the user copies open user memory.
#pragma once

#define SMAP_SITE(bytes)                                                                           \
    asm volatile("1: .byte 0x0f, 0x1f, 0x00\n"                                                     \
                 ".pushsection __smap_sites, \"a\"\n"                                              \
                 ".quad 1b, " #bytes "\n"                                                          \
                 ".popsection"                                                                     \
                 :                                                                                 \
                 :                                                                                 \
                 : "memory")

[[gnu::always_inline]] inline void user_access_end() { SMAP_SITE(0xca010f); }
[[gnu::always_inline]] inline void user_access_begin() { SMAP_SITE(0xcb010f); }
