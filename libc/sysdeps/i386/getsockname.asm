; getsockname(2) of i386: one line of the template.
%include "socketcall.inc"
socketcall getsockname, 3
