; recv(2) of i386: one line of the template.
%include "socketcall.inc"
socketcall recv, 4, cancellation_point
