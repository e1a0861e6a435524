// Well-known paths.
#pragma once
#define _PATH_DEVNULL "/dev/null"
#define _PATH_TTY "/dev/tty"
#define _PATH_CONSOLE "/dev/console"
#define _PATH_BSHELL "/bin/sh"
#define _PATH_TMP "/tmp/"
#define _PATH_MOUNTED "/proc/mounts"
#define _PATH_DEFPATH "/bin:/usr/bin:/sbin:/usr/sbin"
