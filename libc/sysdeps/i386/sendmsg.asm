; sendmsg(2) of i386: one line of the template.
%include "socketcall.inc"
socketcall sendmsg, 3, cancellation_point
