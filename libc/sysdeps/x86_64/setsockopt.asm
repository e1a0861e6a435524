; setsockopt(2) of x86-64: one line of the template.
%include "syscall_template.inc"
pseudo setsockopt, 54, 5
