; socket(2) of x86-64: one line of the template.
%include "syscall_template.inc"
pseudo socket, 41, 3
