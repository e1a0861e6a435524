; send(2) of i386: one line of the template.
%include "socketcall.inc"
socketcall send, 4, cancellation_point
