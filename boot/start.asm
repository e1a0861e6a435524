; The first instructions: from what the boot loader leaves (32-bit protected mode, no paging) to
; 64-bit code in the higher half. It maps the first GiB three times: where it is (for the jump), in
; the direct map, and as the kernel's image. kernel/arch/paging.cpp replaces these tables.

MULTIBOOT1_MAGIC equ 0x1badb002
MULTIBOOT1_FLAGS equ 3          ; modules on page boundaries; a memory map
MULTIBOOT2_MAGIC equ 0xe85250d6

KERNEL_BASE      equ 0xffffffff80000000
PAGE_PRESENT     equ 1
PAGE_WRITE       equ 2
PAGE_LARGE       equ 0x80
CR0_WP_PG        equ (1 << 16) | (1 << 31)
CR4_PAE          equ 1 << 5
MSR_EFER         equ 0xc0000080
EFER_LME         equ 1 << 8

; Multiboot specification 0.6.96, 3.1.1
section .multiboot align=8 alloc noexec nowrite progbits
    dd MULTIBOOT1_MAGIC, MULTIBOOT1_FLAGS, -(MULTIBOOT1_MAGIC + MULTIBOOT1_FLAGS)
; Multiboot2 specification 2.0, 3.1.1
align 8
header2:
    dd MULTIBOOT2_MAGIC, 0, header2_end - header2
    dd 0x100000000 - (MULTIBOOT2_MAGIC + 0 + (header2_end - header2))
    dw 0, 0                     ; the end tag
    dd 8
header2_end:

section .boot.text align=16 alloc exec nowrite progbits
bits 32
global start
start:
    cli
    cld
    mov esp, early_stack_top
    mov edi, eax                ; the loader's magic and its information: kernel_main's arguments
    mov esi, ebx

    mov eax, 0x80000000         ; is there a long mode? (SDM vol. 2, CPUID)
    cpuid
    cmp eax, 0x80000001
    jb no_long_mode
    mov eax, 0x80000001
    cpuid
    bt edx, 29
    jnc no_long_mode

    mov dword [boot_pml4], boot_pdpt + PAGE_PRESENT + PAGE_WRITE
    mov dword [boot_pml4 + 256 * 8], boot_pdpt + PAGE_PRESENT + PAGE_WRITE
    mov dword [boot_pml4 + 511 * 8], boot_pdpt_image + PAGE_PRESENT + PAGE_WRITE
    mov dword [boot_pdpt], boot_pd + PAGE_PRESENT + PAGE_WRITE
    mov dword [boot_pdpt_image + 510 * 8], boot_pd + PAGE_PRESENT + PAGE_WRITE
    mov ecx, 511
.next_2mb:
    mov eax, ecx
    shl eax, 21
    or eax, PAGE_PRESENT | PAGE_WRITE | PAGE_LARGE
    mov [boot_pd + ecx * 8], eax
    dec ecx
    jns .next_2mb

    mov eax, cr4                ; SDM vol. 3, 9.8.5: initialising IA-32e mode
    or eax, CR4_PAE
    mov cr4, eax
    mov eax, boot_pml4
    mov cr3, eax
    mov ecx, MSR_EFER
    rdmsr
    or eax, EFER_LME
    wrmsr
    mov eax, cr0
    or eax, CR0_WP_PG
    mov cr0, eax
    lgdt [boot_gdt_pointer]
    jmp 0x10:long_mode

; Says so on COM1 and stops: there is no 64-bit mode to say it better in.
no_long_mode:
    mov esi, no_long_mode_text
    mov dx, 0x3f8
.next_character:
    lodsb
    test al, al
    jz .stop
    out dx, al
    jmp .next_character
.stop:
    hlt
    jmp .stop

bits 64
long_mode:
    mov rax, start64
    jmp rax

section .boot.data align=8 alloc noexec write progbits
no_long_mode_text: db "Plumb needs a 64-bit processor.", 13, 10, 0
align 8
boot_gdt:
    dq 0, 0
    dq 0x00af9a000000ffff       ; 0x10: 64-bit code, as in kernel/arch/trap_frame.h
    dq 0x00cf92000000ffff       ; 0x18: data
boot_gdt_pointer:
    dw boot_gdt_pointer - boot_gdt - 1
    dq boot_gdt

section .boot.bss align=4096 alloc noexec write progbits
boot_pml4:       times 4096 db 0
boot_pdpt:       times 4096 db 0
boot_pdpt_image: times 4096 db 0
boot_pd:         times 4096 db 0
early_stack:     times 256 db 0
early_stack_top:

section .text
extern kernel_main
start64:
    mov ax, 0x18
    mov ds, ax
    mov es, ax
    mov ss, ax
    xor eax, eax
    mov fs, ax
    mov gs, ax
    mov rsp, boot_stack_top
    xor ebp, ebp                ; the end of every backtrace
    mov edi, edi
    mov esi, esi
    call kernel_main
    ud2

; The boot thread becomes the idle thread and keeps this stack; the page below it isn't mapped.
global boot_stack_guard, boot_stack
section .bss align=4096
boot_stack_guard: resb 4096
boot_stack:       resb 16384
boot_stack_top:
