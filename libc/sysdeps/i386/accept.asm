; accept(2) of i386: one line of the template.
%include "socketcall.inc"
socketcall accept, 3, cancellation_point
