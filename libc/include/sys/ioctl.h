// Control of devices (ioctl(2)).
#pragma once
#include <bits/types.h>
#include <uapi/ioctl.h>
#include <uapi/socket.h>
__BEGIN_DECLS
struct winsize {
    unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel;
};
int ioctl(int, unsigned long, ...);
__END_DECLS
