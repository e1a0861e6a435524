; sendto(2) of i386: one line of the template.
%include "socketcall.inc"
socketcall sendto, 6, cancellation_point
