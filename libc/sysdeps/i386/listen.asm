; listen(2) of i386: one line of the template.
%include "socketcall.inc"
socketcall listen, 2
