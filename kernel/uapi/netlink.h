// netlink and rtnetlink: how programs see and change links, addresses, routes and neighbours.
// Source: netlink(7), rtnetlink(7), linux/netlink.h, linux/rtnetlink.h, linux/if_link.h,
// linux/if_addr.h, linux/neighbour.h. Macros only: kernel, net and libc share them, C and C++.
#pragma once

// --- AF_NETLINK (netlink(7)): protocols, kinds and flags of messages, options ---
#define NETLINK_ROUTE 0
#define NETLINK_USERSOCK 2
#define NETLINK_SOCK_DIAG 4
#define NETLINK_KOBJECT_UEVENT 15
#define NETLINK_GENERIC 16
#define MAX_LINKS 32

#define NLMSG_NOOP 1
#define NLMSG_ERROR 2
#define NLMSG_DONE 3
#define NLMSG_OVERRUN 4
#define NLMSG_MIN_TYPE 16

#define NLM_F_REQUEST 0x1
#define NLM_F_MULTI 0x2
#define NLM_F_ACK 0x4
#define NLM_F_ECHO 0x8
#define NLM_F_DUMP_INTR 0x10
#define NLM_F_DUMP_FILTERED 0x20
#define NLM_F_ROOT 0x100
#define NLM_F_MATCH 0x200
#define NLM_F_DUMP 0x300
#define NLM_F_REPLACE 0x100
#define NLM_F_EXCL 0x200
#define NLM_F_CREATE 0x400
#define NLM_F_APPEND 0x800
#define NLM_F_NONREC 0x100
#define NLM_F_CAPPED 0x100
#define NLM_F_ACK_TLVS 0x200

#define NETLINK_ADD_MEMBERSHIP 1
#define NETLINK_DROP_MEMBERSHIP 2
#define NETLINK_PKTINFO 3
#define NETLINK_BROADCAST_ERROR 4
#define NETLINK_NO_ENOBUFS 5
#define NETLINK_LISTEN_ALL_NSID 8
#define NETLINK_LIST_MEMBERSHIPS 9
#define NETLINK_CAP_ACK 10
#define NETLINK_EXT_ACK 11
#define NETLINK_GET_STRICT_CHK 12

#define NLA_F_NESTED 0x8000
#define NLA_F_NET_BYTEORDER 0x4000

// --- rtnetlink(7): messages, groups ---
#define RTM_BASE 16
#define RTM_NEWLINK 16
#define RTM_DELLINK 17
#define RTM_GETLINK 18
#define RTM_SETLINK 19
#define RTM_NEWADDR 20
#define RTM_DELADDR 21
#define RTM_GETADDR 22
#define RTM_NEWROUTE 24
#define RTM_DELROUTE 25
#define RTM_GETROUTE 26
#define RTM_NEWNEIGH 28
#define RTM_DELNEIGH 29
#define RTM_GETNEIGH 30
#define RTM_MAX 123

#define RTMGRP_LINK 0x1
#define RTMGRP_NEIGH 0x4
#define RTMGRP_IPV4_IFADDR 0x10
#define RTMGRP_IPV4_ROUTE 0x40
#define RTMGRP_IPV6_IFADDR 0x100
#define RTMGRP_IPV6_ROUTE 0x400

#define RTNLGRP_LINK 1
#define RTNLGRP_NEIGH 3
#define RTNLGRP_IPV4_IFADDR 5
#define RTNLGRP_IPV4_ROUTE 7
#define RTNLGRP_IPV6_IFADDR 9
#define RTNLGRP_IPV6_ROUTE 11
#define RTNLGRP_MAX 36

// --- links ---
#define IFLA_ADDRESS 1
#define IFLA_BROADCAST 2
#define IFLA_IFNAME 3
#define IFLA_MTU 4
#define IFLA_LINK 5
#define IFLA_QDISC 6
#define IFLA_STATS 7
#define IFLA_MASTER 10
#define IFLA_TXQLEN 13
#define IFLA_OPERSTATE 16
#define IFLA_LINKMODE 17
#define IFLA_LINKINFO 18
#define IFLA_NET_NS_PID 19
#define IFLA_IFALIAS 20
#define IFLA_STATS64 23
#define IFLA_AF_SPEC 26
#define IFLA_GROUP 27
#define IFLA_NET_NS_FD 28
#define IFLA_EXT_MASK 29
#define IFLA_PROMISCUITY 30
#define IFLA_NUM_TX_QUEUES 31
#define IFLA_NUM_RX_QUEUES 32
#define IFLA_CARRIER 33
#define IFLA_ALT_IFNAME 53
#define IFLA_MIN_MTU 50
#define IFLA_MAX_MTU 51
#define IFLA_INET_CONF 1

#define IF_OPER_UNKNOWN 0
#define IF_OPER_DOWN 2
#define IF_OPER_UP 6

// --- addresses ---
#define IFA_ADDRESS 1
#define IFA_LOCAL 2
#define IFA_LABEL 3
#define IFA_BROADCAST 4
#define IFA_CACHEINFO 6
#define IFA_FLAGS 0x8
#define IFA_RT_PRIORITY 9
#define IFA_PROTO 11

#define IFA_F_SECONDARY 0x1
#define IFA_F_NODAD 0x2
#define IFA_F_DADFAILED 0x8
#define IFA_F_DEPRECATED 0x20
#define IFA_F_TENTATIVE 0x40
#define IFA_F_PERMANENT 0x80
#define IFA_F_NOPREFIXROUTE 0x200

// --- routes ---
#define RTN_UNSPEC 0
#define RTN_UNICAST 1
#define RTN_LOCAL 2
#define RTN_BROADCAST 3
#define RTN_MULTICAST 5
#define RTN_BLACKHOLE 6
#define RTN_UNREACHABLE 7
#define RTN_PROHIBIT 8
#define RTN_THROW 9

#define RTPROT_UNSPEC 0
#define RTPROT_KERNEL 2
#define RTPROT_BOOT 3
#define RTPROT_STATIC 4
#define RTPROT_RA 9

#define RT_SCOPE_UNIVERSE 0
#define RT_SCOPE_SITE 200
#define RT_SCOPE_LINK 253
#define RT_SCOPE_HOST 254
#define RT_SCOPE_NOWHERE 255

#define RT_TABLE_UNSPEC 0
#define RT_TABLE_DEFAULT 253
#define RT_TABLE_MAIN 254
#define RT_TABLE_LOCAL 255

#define RTM_F_NOTIFY 0x100
#define RTM_F_CLONED 0x200
#define RTM_F_LOOKUP_TABLE 0x1000
#define RTM_F_FIB_MATCH 0x2000

#define RTNH_F_DEAD 0x1
#define RTNH_F_ONLINK 0x4
#define RTNH_F_LINKDOWN 0x10

#define RTA_DST 1
#define RTA_SRC 2
#define RTA_IIF 3
#define RTA_OIF 4
#define RTA_GATEWAY 5
#define RTA_PRIORITY 6
#define RTA_PREFSRC 7
#define RTA_METRICS 8
#define RTA_MULTIPATH 9
#define RTA_FLOW 11
#define RTA_CACHEINFO 12
#define RTA_TABLE 15
#define RTA_MARK 16
#define RTA_PREF 20
#define RTA_VIA 18
#define RTA_ENCAP 22
#define RTA_EXPIRES 23
#define RTA_UID 25
#define RTA_NH_ID 30

#define RTAX_LOCK 1
#define RTAX_MTU 2
#define RTAX_MAX 17

// --- neighbours ---
#define NUD_NONE 0x0
#define NUD_INCOMPLETE 0x1
#define NUD_REACHABLE 0x2
#define NUD_STALE 0x4
#define NUD_DELAY 0x8
#define NUD_PROBE 0x10
#define NUD_FAILED 0x20
#define NUD_NOARP 0x40
#define NUD_PERMANENT 0x80

#define NTF_USE 0x1
#define NTF_SELF 0x2
#define NTF_PROXY 0x8
#define NTF_ROUTER 0x80

#define NDA_DST 1
#define NDA_LLADDR 2
#define NDA_CACHEINFO 3
#define NDA_PROBES 4
#define NDA_VLAN 5
#define NDA_IFINDEX 8
#define NDA_MASTER 9
