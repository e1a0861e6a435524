; recvfrom(2) of i386: one line of the template.
%include "socketcall.inc"
socketcall recvfrom, 6, cancellation_point
