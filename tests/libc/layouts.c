// Prints sizes and offsets of the structures of Linux's ABI; the host's headers say what they must
// be.
#include <dirent.h>
#include <fcntl.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <termios.h>
#include <time.h>

#define SIZE(type) printf("%s %zu\n", #type, sizeof(type))
#define OFFSET(type, member)                                                                       \
    printf("%s.%s %zu %zu\n", #type, #member, offsetof(type, member), sizeof(((type*)0)->member))

int main(void) {
    SIZE(struct dirent);
    OFFSET(struct dirent, d_ino);
    OFFSET(struct dirent, d_off);
    OFFSET(struct dirent, d_reclen);
    OFFSET(struct dirent, d_type);
    OFFSET(struct dirent, d_name);
    SIZE(struct flock);
    OFFSET(struct flock, l_type);
    OFFSET(struct flock, l_whence);
    OFFSET(struct flock, l_start);
    OFFSET(struct flock, l_len);
    OFFSET(struct flock, l_pid);
    SIZE(struct ether_header);
    OFFSET(struct ether_header, ether_shost);
    OFFSET(struct ether_header, ether_type);
    SIZE(struct ifreq);
    OFFSET(struct ifreq, ifr_flags);
    OFFSET(struct ifreq, ifr_hwaddr);
    OFFSET(struct ifreq, ifr_map);
    SIZE(struct ifconf);
    OFFSET(struct ifconf, ifc_len);
    OFFSET(struct ifconf, ifc_buf);
    SIZE(struct ifmap);
    OFFSET(struct ifmap, mem_end);
    OFFSET(struct ifmap, base_addr);
    OFFSET(struct ifmap, port);
    SIZE(struct arphdr);
    OFFSET(struct arphdr, ar_hrd);
    OFFSET(struct arphdr, ar_op);
    SIZE(struct arpreq);
    OFFSET(struct arpreq, arp_ha);
    OFFSET(struct arpreq, arp_flags);
    OFFSET(struct arpreq, arp_netmask);
    OFFSET(struct arpreq, arp_dev);
    SIZE(struct rtentry);
    OFFSET(struct rtentry, rt_dst);
    OFFSET(struct rtentry, rt_gateway);
    OFFSET(struct rtentry, rt_genmask);
    OFFSET(struct rtentry, rt_flags);
    OFFSET(struct rtentry, rt_metric);
    OFFSET(struct rtentry, rt_dev);
    OFFSET(struct rtentry, rt_mtu);
    OFFSET(struct rtentry, rt_window);
    OFFSET(struct rtentry, rt_irtt);
    SIZE(struct sockaddr_in);
    OFFSET(struct sockaddr_in, sin_port);
    OFFSET(struct sockaddr_in, sin_addr);
    OFFSET(struct sockaddr_in, sin_zero);
    SIZE(struct sockaddr_in6);
    OFFSET(struct sockaddr_in6, sin6_port);
    OFFSET(struct sockaddr_in6, sin6_addr);
    OFFSET(struct sockaddr_in6, sin6_scope_id);
    SIZE(struct ip_mreqn);
    OFFSET(struct ip_mreqn, imr_ifindex);
    SIZE(struct in_pktinfo);
    OFFSET(struct in_pktinfo, ipi_addr);
    SIZE(struct iphdr);
    OFFSET(struct iphdr, tos);
    OFFSET(struct iphdr, tot_len);
    OFFSET(struct iphdr, frag_off);
    OFFSET(struct iphdr, ttl);
    OFFSET(struct iphdr, check);
    OFFSET(struct iphdr, daddr);
    SIZE(struct ip);
    OFFSET(struct ip, ip_len);
    OFFSET(struct ip, ip_p);
    OFFSET(struct ip, ip_dst);
    SIZE(struct icmphdr);
    OFFSET(struct icmphdr, checksum);
    OFFSET(struct icmphdr, un.echo.sequence);
    OFFSET(struct icmphdr, un.frag.mtu);
    SIZE(struct tcphdr);
    OFFSET(struct tcphdr, dest);
    OFFSET(struct tcphdr, ack_seq);
    OFFSET(struct tcphdr, window);
    OFFSET(struct tcphdr, urg_ptr);
    OFFSET(struct tcphdr, th_flags);
    SIZE(struct udphdr);
    OFFSET(struct udphdr, dest);
    OFFSET(struct udphdr, len);
    OFFSET(struct udphdr, check);
    SIZE(struct sockaddr_ll);
    OFFSET(struct sockaddr_ll, sll_protocol);
    OFFSET(struct sockaddr_ll, sll_ifindex);
    OFFSET(struct sockaddr_ll, sll_pkttype);
    OFFSET(struct sockaddr_ll, sll_addr);
    SIZE(struct packet_mreq);
    OFFSET(struct packet_mreq, mr_address);
    SIZE(struct pollfd);
    OFFSET(struct pollfd, fd);
    OFFSET(struct pollfd, events);
    OFFSET(struct pollfd, revents);
    SIZE(sigset_t);
    SIZE(siginfo_t);
    OFFSET(siginfo_t, si_signo);
    OFFSET(siginfo_t, si_code);
    OFFSET(siginfo_t, si_pid);
    OFFSET(siginfo_t, si_uid);
    OFFSET(siginfo_t, si_value);
    OFFSET(siginfo_t, si_status);
    OFFSET(siginfo_t, si_utime);
    OFFSET(siginfo_t, si_stime);
    OFFSET(siginfo_t, si_addr);
    OFFSET(siginfo_t, si_band);
    OFFSET(siginfo_t, si_fd);
    SIZE(stack_t);
    OFFSET(stack_t, ss_sp);
    OFFSET(stack_t, ss_flags);
    OFFSET(stack_t, ss_size);
    SIZE(ucontext_t);
    OFFSET(ucontext_t, uc_flags);
    OFFSET(ucontext_t, uc_link);
    OFFSET(ucontext_t, uc_stack);
    OFFSET(ucontext_t, uc_mcontext);
    OFFSET(ucontext_t, uc_sigmask);
    SIZE(mcontext_t);
    OFFSET(mcontext_t, gregs);
    OFFSET(mcontext_t, fpregs);
    SIZE(struct epoll_event);
    OFFSET(struct epoll_event, events);
    OFFSET(struct epoll_event, data);
    SIZE(struct winsize);
    OFFSET(struct winsize, ws_row);
    OFFSET(struct winsize, ws_col);
    SIZE(struct rlimit);
    OFFSET(struct rlimit, rlim_max);
    SIZE(struct rusage);
    OFFSET(struct rusage, ru_utime);
    OFFSET(struct rusage, ru_stime);
    OFFSET(struct rusage, ru_maxrss);
    OFFSET(struct rusage, ru_nivcsw);
    SIZE(fd_set);
    SIZE(struct sockaddr);
    OFFSET(struct sockaddr, sa_family);
    OFFSET(struct sockaddr, sa_data);
    SIZE(struct sockaddr_storage);
    OFFSET(struct sockaddr_storage, ss_family);
    SIZE(struct msghdr);
    OFFSET(struct msghdr, msg_name);
    OFFSET(struct msghdr, msg_namelen);
    OFFSET(struct msghdr, msg_iov);
    OFFSET(struct msghdr, msg_iovlen);
    OFFSET(struct msghdr, msg_control);
    OFFSET(struct msghdr, msg_controllen);
    OFFSET(struct msghdr, msg_flags);
    SIZE(struct mmsghdr);
    OFFSET(struct mmsghdr, msg_len);
    SIZE(struct cmsghdr);
    OFFSET(struct cmsghdr, cmsg_len);
    OFFSET(struct cmsghdr, cmsg_level);
    OFFSET(struct cmsghdr, cmsg_type);
    SIZE(struct linger);
    OFFSET(struct linger, l_linger);
    SIZE(struct ucred);
    OFFSET(struct ucred, pid);
    OFFSET(struct ucred, uid);
    OFFSET(struct ucred, gid);
    SIZE(struct stat);
    OFFSET(struct stat, st_dev);
    OFFSET(struct stat, st_ino);
    OFFSET(struct stat, st_mode);
    OFFSET(struct stat, st_nlink);
    OFFSET(struct stat, st_uid);
    OFFSET(struct stat, st_gid);
    OFFSET(struct stat, st_rdev);
    OFFSET(struct stat, st_size);
    OFFSET(struct stat, st_blksize);
    OFFSET(struct stat, st_blocks);
    OFFSET(struct stat, st_atime);
    OFFSET(struct stat, st_mtime);
    OFFSET(struct stat, st_ctime);
    SIZE(struct statx);
    OFFSET(struct statx, stx_mask);
    OFFSET(struct statx, stx_mode);
    OFFSET(struct statx, stx_ino);
    OFFSET(struct statx, stx_size);
    OFFSET(struct statx, stx_atime);
    OFFSET(struct statx, stx_mtime);
    OFFSET(struct statx, stx_rdev_major);
    OFFSET(struct statx, stx_dev_minor);
    SIZE(struct statfs);
    OFFSET(struct statfs, f_type);
    OFFSET(struct statfs, f_bsize);
    OFFSET(struct statfs, f_blocks);
    OFFSET(struct statfs, f_bfree);
    OFFSET(struct statfs, f_bavail);
    OFFSET(struct statfs, f_files);
    OFFSET(struct statfs, f_ffree);
    OFFSET(struct statfs, f_fsid);
    OFFSET(struct statfs, f_namelen);
    OFFSET(struct statfs, f_frsize);
    OFFSET(struct statfs, f_flags);
    SIZE(struct statvfs);
    OFFSET(struct statvfs, f_bsize);
    OFFSET(struct statvfs, f_frsize);
    OFFSET(struct statvfs, f_blocks);
    OFFSET(struct statvfs, f_favail);
    OFFSET(struct statvfs, f_fsid);
    OFFSET(struct statvfs, f_flag);
    OFFSET(struct statvfs, f_namemax);
    SIZE(struct sysinfo);
    OFFSET(struct sysinfo, uptime);
    OFFSET(struct sysinfo, loads);
    OFFSET(struct sysinfo, totalram);
    OFFSET(struct sysinfo, freeswap);
    OFFSET(struct sysinfo, procs);
    OFFSET(struct sysinfo, totalhigh);
    OFFSET(struct sysinfo, mem_unit);
    SIZE(struct timeval);
    OFFSET(struct timeval, tv_sec);
    OFFSET(struct timeval, tv_usec);
    SIZE(struct itimerval);
    OFFSET(struct itimerval, it_value);
    SIZE(struct tms);
    OFFSET(struct tms, tms_stime);
    OFFSET(struct tms, tms_cutime);
    SIZE(pthread_t);
    SIZE(pthread_attr_t);
    SIZE(pthread_mutex_t);
    SIZE(pthread_cond_t);
    SIZE(pthread_rwlock_t);
    SIZE(pthread_barrier_t);
    SIZE(pthread_mutexattr_t);
    SIZE(pthread_condattr_t);
    SIZE(pthread_rwlockattr_t);
    SIZE(pthread_barrierattr_t);
    SIZE(pthread_key_t);
    SIZE(pthread_once_t);
    SIZE(off_t);
    SIZE(time_t);
    SIZE(ino_t);
    SIZE(dev_t);
    SIZE(mode_t);
    SIZE(nlink_t);
    SIZE(blkcnt_t);
    SIZE(blksize_t);
    SIZE(ssize_t);
    SIZE(struct iovec);
    OFFSET(struct iovec, iov_base);
    OFFSET(struct iovec, iov_len);
    SIZE(struct sockaddr_un);
    OFFSET(struct sockaddr_un, sun_path);
    SIZE(struct utsname);
    OFFSET(struct utsname, sysname);
    OFFSET(struct utsname, nodename);
    OFFSET(struct utsname, release);
    OFFSET(struct utsname, version);
    OFFSET(struct utsname, machine);
    OFFSET(struct utsname, domainname);
    SIZE(struct termios);
    OFFSET(struct termios, c_iflag);
    OFFSET(struct termios, c_oflag);
    OFFSET(struct termios, c_cflag);
    OFFSET(struct termios, c_lflag);
    OFFSET(struct termios, c_line);
    OFFSET(struct termios, c_cc);
    OFFSET(struct termios, c_ispeed);
    OFFSET(struct termios, c_ospeed);
    SIZE(struct timespec);
    OFFSET(struct timespec, tv_sec);
    OFFSET(struct timespec, tv_nsec);
    SIZE(struct itimerspec);
    OFFSET(struct itimerspec, it_value);
    SIZE(struct tm);
    OFFSET(struct tm, tm_sec);
    OFFSET(struct tm, tm_gmtoff);
    OFFSET(struct tm, tm_zone);
    return 0;
}
