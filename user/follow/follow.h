// follow: what a program asks of the kernel, and what the kernel does about it (docs/trace.md).
#pragma once

#include "kernel/uapi/trace.h"

#include <stdbool.h>
#include <stdio.h>

enum {
    MAX_FIELDS = TRACE_MAX_VALUES,
    MAX_MEMORY = 48,
    MAX_BYTES = 256,
    MAX_CALLS = 32,
    MAX_DEPTH = 24
};

// --- the stations (stations.c) ---
struct Field {
    char name[16], type[8];
};
struct Station {
    char group[12], function[40], place[64];
    bool is_event;
    int count;
    struct Field fields[MAX_FIELDS];
};
void read_stations(void);
const struct Station* station(unsigned number); // null: no such
void print_fields(const struct trace_record* record);
// The value of a field, or `otherwise`.
unsigned long long field(const struct trace_record* record, const char* name,
                         unsigned long long otherwise);
bool is_group(const char* name);

// --- the threads that records are about (threads.c) ---
struct Memory {
    struct trace_memory_record about;
    unsigned length; // of what is kept
    unsigned char bytes[MAX_BYTES];
};
// A station that was entered and not left, while what the thread does isn't shown.
struct Entered {
    bool is_there, has_frame;
    struct trace_record record, frame_record;
    unsigned char frame[sizeof(struct trace_buffer_record) + MAX_BYTES];
};
struct Thread {
    unsigned tid, pid;
    char name[24];
    bool is_32bit, followed;
    bool in_call, said, hidden; // said: the line of the call has been written
    struct trace_call_record call;
    unsigned long long began;  // ns
    unsigned long long result; // when it has returned
    bool has_block;
    unsigned sub_call, block[6];
    struct Memory memory[MAX_MEMORY];
    unsigned memory_count;
    struct trace_record held; // a station that was entered, until it is known what comes next
    bool holds;
    struct Entered entered[MAX_DEPTH]; // by their depths
};
struct Thread* thread_of(unsigned tid);
unsigned thread_count(void); // that are followed

// --- calls and their arguments (arguments.c, structures.c, names.c) ---
struct Call {
    const char* name;
    int number64, number32;
    const char* arguments;
};
// The call a thread is in (of socketcall: the sub-call); null when there is none of that number.
const struct Call* call_of(const struct Thread* thread);
const char* call_name(const struct Thread* thread);
bool is_call(const char* name);
bool is_sub_call(unsigned long long number); // socketcall's first argument
// With `complete`, also what the call has written.
void print_call(const struct Thread* thread, bool complete);
void print_result(const struct Thread* thread, long long result, bool outs);
// False when the kind has no names.
bool print_named(const char* kind, unsigned long long value);
const char* error_name(int number);
// An ioctl's name (null: not known), and the kind of what its argument points at.
const char* ioctl_name(unsigned command);
const char* ioctl_kind(unsigned command);
void print_structure(const char* kind, const struct Memory* memory, bool narrow);
void print_bytes(const unsigned char* bytes, unsigned length, unsigned long long whole);
void print_address(const unsigned char* bytes, unsigned length);

// --- frames (frames.c) ---
// One line for a frame that begins with an Ethernet header.
void print_frame(const unsigned char* bytes, unsigned length, unsigned long long whole);

// --- the records in turn (records.c) ---
struct Options {
    bool plain;                   // -s
    const char* calls[MAX_CALLS]; // -e: only these; none: all
    int call_count;
    unsigned starting; // the thread that will execute the program, until it has
};
extern struct Options options;
extern FILE* out;
// One record with its payload.
void show_record(const struct trace_record* record, const unsigned char* payload);
