; listen(2) of x86-64: one line of the template.
%include "syscall_template.inc"
pseudo listen, 50, 2
