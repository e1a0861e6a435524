/* The records of the trace as /dev/trace gives them, and as `follow -j` writes them: for C and C++,
   programs and tools. docs/trace.md tells what they mean. */
#pragma once

/* A record begins with this: one unit of 64 bytes. What comes with it (payload_bytes of it) fills
   whole units behind it. */
struct trace_record {
    unsigned long long time; /* ns since boot */
    unsigned int thread;     /* on whose kernel stack it happened; 0: the idle thread */
    unsigned short station;  /* line of /proc/stations */
    unsigned char kind;      /* TRACE_KIND_* below */
    unsigned char units;     /* of 64 bytes, this one too */
    unsigned char depth;     /* stations that are entered and not left on this thread */
    unsigned char context;   /* TRACE_CONTEXT_* */
    unsigned char count;     /* of values */
    unsigned char reserved;
    unsigned short payload_bytes;
    unsigned short sequence; /* counts up by one a record; a jump: some were lost */
    unsigned long long values[5];
};
#define TRACE_UNIT 64
#define TRACE_MAX_PAYLOAD 1024
#define TRACE_MAX_VALUES 5

/* kind: what each has in values and payload is in docs/trace.md */
#define TRACE_KIND_ENTER 1
#define TRACE_KIND_LEAVE 2
#define TRACE_KIND_EVENT 3
#define TRACE_KIND_LOST 4
#define TRACE_KIND_CALL 5
#define TRACE_KIND_RETURN 6
#define TRACE_KIND_MEMORY 7
#define TRACE_KIND_REGISTERS 8
#define TRACE_KIND_USER_STACK 9
#define TRACE_KIND_KERNEL_STACK 10
#define TRACE_KIND_ARGUMENTS 11
#define TRACE_KIND_BUFFER 12
#define TRACE_KIND_PROCESS 13

/* context: what the processor was doing */
#define TRACE_CONTEXT_CALL 0      /* on behalf of the thread */
#define TRACE_CONTEXT_WORK 1      /* what arrived for anyone: frames, timers */
#define TRACE_CONTEXT_INTERRUPT 2 /* a device's or the clock's interrupt */

struct trace_call_record {
    unsigned long long number;
    unsigned long long arguments[6];
    unsigned long long instruction; /* behind the trap */
    unsigned long long stack;
    unsigned long long door; /* 64: syscall; 32: int 0x80 */
};

struct trace_memory_record {
    unsigned long long address;
    unsigned long long bytes; /* that are there; the payload holds the first of them */
    unsigned char argument;   /* from 0; of socketcall: of the sub-call */
    unsigned char out;        /* 0: read at the entry, 1: what the call left there */
    unsigned char what;       /* TRACE_MEMORY_* */
    unsigned char index;      /* of a segment of an iovec, of a message of a list */
    unsigned char reserved[4];
};
#define TRACE_MEMORY_STRING 1
#define TRACE_MEMORY_BYTES 2
#define TRACE_MEMORY_SOCKADDR 3
#define TRACE_MEMORY_STRUCT 4  /* by the kind of the argument */
#define TRACE_MEMORY_SEGMENT 5 /* what one iovec points at */
#define TRACE_MEMORY_CONTROL 6
#define TRACE_MEMORY_HEADER 7 /* a msghdr, in the caller's layout */
#define TRACE_MEMORY_IOVEC 8

/* Offsets count from head; 0xffff: that header isn't there yet. */
struct trace_buffer_record {
    unsigned long long id;
    unsigned int data, tail, end;
    unsigned short mac_header, network_header, transport_header;
    unsigned short protocol; /* Ethernet type */
    unsigned int bytes_from; /* where the bytes behind this struct begin */
    unsigned int gso_size;
    unsigned char reserved[4];
};

/* types of fields (/proc/stations names them) */
#define TRACE_TYPE_UNSIGNED 1
#define TRACE_TYPE_SIGNED 2
#define TRACE_TYPE_HEX 3
#define TRACE_TYPE_BOOL 4
#define TRACE_TYPE_FD 5
#define TRACE_TYPE_SOCKET 6 /* inode number, as in socket:[n]; 0: none yet */
#define TRACE_TYPE_SOCK 7   /* serial number of a struct sock */
#define TRACE_TYPE_SKB 8    /* serial number of an sk_buff and its clones */
#define TRACE_TYPE_IPV4 9   /* in network order */
#define TRACE_TYPE_PORT 10  /* in network order */
#define TRACE_TYPE_TEXT 11  /* up to 8 characters */
#define TRACE_TYPE_THREAD 12
