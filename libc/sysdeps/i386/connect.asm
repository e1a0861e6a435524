; connect(2) of i386: one line of the template.
%include "socketcall.inc"
socketcall connect, 3, cancellation_point
