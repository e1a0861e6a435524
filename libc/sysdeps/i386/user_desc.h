// A segment as set_thread_area(2) and clone(2) take it: all of the address space, from `base` on.
#pragma once

struct user_desc {
    unsigned entry_number; // −1: the kernel chooses one
    unsigned base;
    unsigned limit; // in pages
    unsigned seg_32bit : 1;
    unsigned contents : 2;
    unsigned read_exec_only : 1;
    unsigned limit_in_pages : 1;
    unsigned seg_not_present : 1;
    unsigned useable : 1;
};

static inline struct user_desc user_desc_of(void* base, int entry) {
    return (struct user_desc){.entry_number = (unsigned)entry,
                              .base = (unsigned)base,
                              .limit = 0xfffff,
                              .seg_32bit = 1,
                              .limit_in_pages = 1,
                              .useable = 1};
}
