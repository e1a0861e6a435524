; accept4(2) of i386: one line of the template.
%include "socketcall.inc"
socketcall accept4, 4, cancellation_point
