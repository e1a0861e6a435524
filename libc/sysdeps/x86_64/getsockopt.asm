; getsockopt(2) of x86-64: one line of the template.
%include "syscall_template.inc"
pseudo getsockopt, 55, 5
