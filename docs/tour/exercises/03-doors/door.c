// Exercise 3: a 64-bit program knocks at the 32-bit door.
//
// door32 makes the system call `number` of the i386 table, by `int $0x80`: number in eax, arguments
// in ebx, ecx and edx, result in eax. This one takes the other door, where the numbers mean
// something else.
long door32(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(number), "D"(a), "S"(b), "d"(c)
                     : "rcx", "r11", "memory");
    return result;
}
