// Terminals (termios(3)).
#pragma once
#include <bits/types.h>
#include <sys/ioctl.h>
#include <uapi/termios.h>
__BEGIN_DECLS
// The C structure keeps more room than the kernel's 19 control characters.
#undef NCCS
#define NCCS 32
typedef unsigned tcflag_t;
typedef unsigned speed_t;
typedef unsigned char cc_t;
struct termios {
    tcflag_t c_iflag, c_oflag, c_cflag, c_lflag;
    cc_t c_line, c_cc[NCCS];
    speed_t c_ispeed, c_ospeed;
};
int tcgetattr(int, struct termios*);
int tcsetattr(int, int, const struct termios*);
int tcflush(int, int);
int tcflow(int, int);
int tcdrain(int);
int tcsendbreak(int, int);
pid_t tcgetsid(int);
void cfmakeraw(struct termios*);
speed_t cfgetispeed(const struct termios*);
speed_t cfgetospeed(const struct termios*);
int cfsetispeed(struct termios*, speed_t);
int cfsetospeed(struct termios*, speed_t);
int cfsetspeed(struct termios*, speed_t);
__END_DECLS
