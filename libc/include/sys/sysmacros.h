// Device numbers: twelve bits of major and twenty of minor in their old places, the rest above.
#pragma once
#define major(dev) ((unsigned)((((dev) >> 8) & 0xfff) | (((dev) >> 32) & ~0xfffu)))
#define minor(dev) ((unsigned)(((dev)&0xff) | (((dev) >> 12) & ~0xffu)))
#define makedev(major, minor)                                                                      \
    ((((unsigned long long)(major)&0xfff) << 8) |                                                  \
     (((unsigned long long)(major) & ~0xfffull) << 32) | ((minor)&0xffull) |                       \
     (((unsigned long long)(minor) & ~0xffull) << 12))
