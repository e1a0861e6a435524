// Terminal modes (termios(3)). The kernel's structure is the first 36 bytes of C's.
#include <errno.h>
#include <termios.h>
#include <unistd.h>

#include "sysdep.h"

int tcgetattr(int fd, struct termios* modes) {
    if (ioctl(fd, TCGETS, modes) < 0) return -1;
    modes->c_ispeed = modes->c_ospeed = modes->c_cflag & CBAUD;
    for (int i = 19; i < NCCS; i++) modes->c_cc[i] = 0;
    return 0;
}

int tcsetattr(int fd, int when, const struct termios* modes) {
    if (when >= TCSANOW && when <= TCSAFLUSH) return ioctl(fd, TCSETS + (unsigned)when, modes);
    errno = EINVAL;
    return -1;
}

int tcflush(int fd, int queue) { return ioctl(fd, TCFLSH, (long)queue); }
int tcflow(int fd, int action) { return ioctl(fd, TCXONC, (long)action); }
int tcdrain(int fd) { return (int)SYSCALL_CANCEL(ioctl, fd, TCSBRK, 1); }
int tcsendbreak(int fd, int duration) {
    (void)duration; // Linux sends a quarter of a second's break for any
    return ioctl(fd, TCSBRK, 0l);
}

pid_t tcgetsid(int fd) {
    pid_t session;
    return ioctl(fd, TIOCGSID, &session) < 0 ? -1 : session;
}

void cfmakeraw(struct termios* modes) {
    modes->c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    modes->c_oflag &= ~(tcflag_t)OPOST;
    modes->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    modes->c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
    modes->c_cflag |= CS8;
    modes->c_cc[VMIN] = 1;
    modes->c_cc[VTIME] = 0;
}

speed_t cfgetospeed(const struct termios* modes) { return modes->c_cflag & CBAUD; }
speed_t cfgetispeed(const struct termios* modes) { return cfgetospeed(modes); }

int cfsetospeed(struct termios* modes, speed_t speed) {
    if (speed & ~(speed_t)CBAUD) {
        errno = EINVAL;
        return -1;
    }
    modes->c_cflag = (modes->c_cflag & ~(tcflag_t)CBAUD) | speed;
    modes->c_ispeed = modes->c_ospeed = speed;
    return 0;
}
int cfsetispeed(struct termios* modes, speed_t speed) {
    return speed ? cfsetospeed(modes, speed) : 0;
}
int cfsetspeed(struct termios* modes, speed_t speed) { return cfsetospeed(modes, speed); }
