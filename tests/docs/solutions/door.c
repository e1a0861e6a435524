// Solution 3: the other instruction, the other registers; nothing is lost but eax.
long door32(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "0"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return (int)result;
}
