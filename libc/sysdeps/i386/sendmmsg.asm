; sendmmsg(2) of i386: one line of the template.
%include "socketcall.inc"
socketcall sendmmsg, 4, cancellation_point
