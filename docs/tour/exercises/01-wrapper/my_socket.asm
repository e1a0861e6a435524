; Exercise 1: int my_socket(int family, int type, int protocol), x86-64.
;
; The number of socket is 41. An error is a result of -4095 ... -1: then errno, an int at fs:[__errno_offset], gets the
; positive number, and the function returns -1. On success errno stays as it was.
default rel
bits 64
extern __errno_offset           ; a variable of 8 bytes: errno's distance from fs
section .text
global my_socket:function
my_socket:
    mov eax, -1                 ; your code in place of this
    ret
section .note.GNU-stack noalloc noexec nowrite progbits
