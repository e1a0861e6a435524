; recvmsg(2) of i386: one line of the template.
%include "socketcall.inc"
socketcall recvmsg, 3, cancellation_point
