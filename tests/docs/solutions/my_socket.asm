; Solution 1: the shape of libc's own template.
default rel
bits 64
extern __errno_offset
section .text
global my_socket:function
my_socket:
    mov eax, 41
    syscall
    cmp rax, -4095
    jae .error
    ret
.error:
    mov rcx, [rel __errno_offset]
    neg eax
    mov [fs:rcx], eax
    or eax, -1
    ret
section .note.GNU-stack noalloc noexec nowrite progbits
