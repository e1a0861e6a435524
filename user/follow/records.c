// The records one after the other, as lines: a call, beneath it the stations, then its result.
#include "user/follow/follow.h"

#include <signal.h>
#include <string.h>

struct Options options;
FILE* out;

static struct Thread* last_shown; // whose line was the last
static unsigned char last_context;

// When and where each of the last frames came in, to say it when a call takes its bytes.
enum { REMEMBERED = 256 };
static struct Arrival {
    unsigned long long skb, time;
    unsigned thread;
} arrivals[REMEMBERED];

static bool is(const struct trace_record* record, const char* function) {
    const struct Station* at = station(record->station);
    return at && !strcmp(at->function, function);
}

static bool wanted_call(const struct Thread* thread) {
    if (thread->tid == options.starting) return !strcmp(call_name(thread), "execve");
    if (options.call_count == 0) return true;
    for (int i = 0; i < options.call_count; i++)
        if (!strcmp(options.calls[i], call_name(thread)) ||
            (thread->has_block && !strcmp(options.calls[i], "socketcall")))
            return true;
    return false;
}

static void prefix(const struct Thread* thread) {
    if (options.plain) {
        if (thread_count() > 1) fprintf(out, "[pid %u] ", thread->tid);
    } else {
        fprintf(out, "[%u %s] ", thread->tid, thread->name);
    }
}

static void say_call(struct Thread* thread) {
    if (!thread->in_call || thread->said || thread->hidden || options.plain) return;
    thread->said = true;
    fputc('\n', out);
    prefix(thread);
    print_call(thread, false);
    fprintf(out, "  by %s, back to %#llx\n", thread->call.door == 32 ? "int 0x80" : "syscall",
            thread->call.instruction);
    last_shown = thread;
    last_context = TRACE_CONTEXT_CALL;
}

// With -e CALL only what lies within those calls, also when it is done for everyone; without, all
// but what a call that isn't wanted does itself (execve's way from follow to the program).
static bool shown(const struct Thread* thread, unsigned char context) {
    if (options.call_count) return thread->in_call && !thread->hidden;
    return !thread->hidden || context != TRACE_CONTEXT_CALL;
}

// Who this line is about, when the last one was about something else.
static void say_who(const struct Thread* thread, unsigned char context) {
    if (thread == last_shown && context == last_context) return;
    last_shown = (struct Thread*)thread;
    last_context = context;
    if (context == TRACE_CONTEXT_CALL && thread->in_call)
        fprintf(out, "[%u %s] … %s goes on\n", thread->tid, thread->name, call_name(thread));
    else
        fprintf(out, "[%u %s] %s\n", thread->tid, thread->name,
                context == TRACE_CONTEXT_INTERRUPT ? "interrupted"
                : context == TRACE_CONTEXT_WORK    ? "for everyone:"
                                                   : "");
}

static void indent(const struct Thread* thread, const struct trace_record* record) {
    say_who(thread, record->context);
    if (thread->in_call)
        fprintf(out, "%10.1f  ", (double)(record->time - thread->began) / 1000);
    else
        fprintf(out, "%10s  ", "");
    fprintf(out, "%*s", record->depth * 2, "");
}

static void print_station_result(long long result) {
    if (result < 0 && result >= -4095)
        fprintf(out, " = -%s", error_name((int)-result));
    else
        fprintf(out, " = %lld", result);
}

static void note_arrival(const struct trace_record* record) {
    const unsigned long long skb = field(record, "skb", 0);
    arrivals[skb % REMEMBERED] = (struct Arrival){skb, record->time, record->thread};
}

static void say_arrival(const struct trace_record* record) {
    const unsigned long long skb = field(record, "skb", 0);
    const struct Arrival* arrival = &arrivals[skb % REMEMBERED];
    if (skb && arrival->skb == skb)
        fprintf(out, "  (came in %.1f µs before, on thread %u)",
                (double)(record->time - arrival->time) / 1000, arrival->thread);
}

// The line of a station that was entered. `left`: by this record, at once.
static void say_held(struct Thread* thread, const struct trace_record* left) {
    if (!thread->holds) return;
    thread->holds = false;
    const struct Station* at = station(thread->held.station);
    indent(thread, &thread->held);
    fprintf(out, "%s", at ? at->function : "?");
    print_fields(&thread->held);
    if (is(&thread->held, "skb_copy_datagram_iter")) say_arrival(&thread->held);
    if (left && left->count) print_station_result((long long)left->values[0]);
    fputc('\n', out);
}

static void say_frame(struct Thread* thread, const struct trace_record* record,
                      const unsigned char* payload) {
    struct trace_buffer_record buffer;
    memcpy(&buffer, payload, sizeof buffer);
    indent(thread, record);
    fprintf(out, "  %s skb %llu: ", is(record, "netif_receive_skb") ? "←" : "→", buffer.id);
    print_frame(payload + sizeof buffer, record->payload_bytes - (unsigned)sizeof buffer,
                buffer.tail - buffer.data);
    fputc('\n', out);
}

// The way to a wake-up that somebody waited for: the stations that led there, of work or of a call
// that isn't shown.
static void say_way(struct Thread* thread, unsigned depth) {
    for (unsigned i = 0; i < depth && i < MAX_DEPTH; i++) {
        struct Entered* entered = &thread->entered[i];
        if (!entered->is_there) continue;
        const struct Station* at = station(entered->record.station);
        indent(thread, &entered->record);
        fprintf(out, "%s", at ? at->function : "?");
        print_fields(&entered->record);
        fputc('\n', out);
        if (entered->has_frame) say_frame(thread, &entered->frame_record, entered->frame);
        entered->is_there = false; // said once
    }
}

static void on_enter(struct Thread* thread, const struct trace_record* record) {
    if (is(record, "netif_receive_skb")) note_arrival(record);
    if (shown(thread, record->context)) {
        thread->held = *record;
        thread->holds = true;
    } else if (record->depth < MAX_DEPTH) {
        struct Entered* entered = &thread->entered[record->depth];
        entered->is_there = true;
        entered->has_frame = false;
        entered->record = *record;
    }
}

static void on_leave(struct Thread* thread, const struct trace_record* record, bool at_once) {
    if (record->depth < MAX_DEPTH) thread->entered[record->depth].is_there = false;
    if (at_once || !record->count || !shown(thread, record->context)) return;
    const struct Station* at = station(record->station);
    indent(thread, record);
    fprintf(out, "%s", at ? at->function : "?");
    print_station_result((long long)record->values[0]);
    fputc('\n', out);
}

static void signal_name(unsigned number) {
    if (!print_named("signal", number)) fprintf(out, "signal %u", number);
}

static void on_end(struct Thread* thread, const struct trace_record* record) {
    const unsigned status = (unsigned)field(record, "status", 0);
    if (thread->in_call && !thread->hidden && options.plain) {
        prefix(thread);
        print_call(thread, false);
        fprintf(out, " = ?\n");
    }
    prefix(thread);
    if (status & 0x7f) {
        fprintf(out, "+++ killed by ");
        signal_name(status & 0x7f);
        fprintf(out, " +++\n");
    } else {
        fprintf(out, "+++ exited with %u +++\n", status >> 8 & 0xff);
    }
    thread->in_call = false;
    thread->followed = false;
}

// What is shown, and what wakes a call that is.
static bool may_be_said(const struct Thread* thread, const struct trace_record* record) {
    if (shown(thread, record->context)) return true;
    if (!options.call_count || !is(record, "scheduler_resume")) return false;
    const struct Thread* woken = thread_of((unsigned)field(record, "thread", 0));
    return shown(woken, TRACE_CONTEXT_CALL);
}

static void on_event(struct Thread* thread, const struct trace_record* record) {
    if (is(record, "exit_thread")) return on_end(thread, record);
    if (is(record, "deliver_signals")) {
        prefix(thread);
        fprintf(out, "--- ");
        signal_name((unsigned)field(record, "signal", 0));
        fprintf(out, field(record, "handler", 0) ? " to its handler ---\n" : " ---\n");
        return;
    }
    if (options.plain || !may_be_said(thread, record)) return;
    if (is(record, "scheduler_finish_switch") && !thread->in_call) return;
    if (!shown(thread, record->context)) say_way(thread, record->depth);
    indent(thread, record);
    const struct Station* at = station(record->station);
    if (is(record, "schedule")) {
        const struct Thread* next = thread_of((unsigned)field(record, "to", 0));
        fprintf(out, "schedule: %u %s runs\n", next->tid, next->name);
        return;
    }
    if (is(record, "scheduler_resume")) {
        const struct Thread* woken = thread_of((unsigned)field(record, "thread", 0));
        fprintf(out, "wakes %u %s\n", woken->tid, woken->name);
        return;
    }
    if (is(record, "scheduler_finish_switch")) {
        fprintf(out, "runs again\n");
        return;
    }
    fprintf(out, "%s:", at ? at->function : "?");
    print_fields(record);
    fputc('\n', out);
}

static void on_call(struct Thread* thread, const struct trace_record* record,
                    const unsigned char* payload) {
    memcpy(&thread->call, payload, sizeof thread->call);
    thread->in_call = thread->followed = true;
    thread->said = thread->has_block = thread->holds = false;
    thread->memory_count = 0;
    memset(thread->entered, 0, sizeof thread->entered);
    thread->began = record->time;
    thread->hidden = !wanted_call(thread);
}

static void on_return(struct Thread* thread, const struct trace_record* record) {
    if (!thread->in_call) return;
    if (!thread->hidden) {
        const long long result = (long long)record->values[0];
        thread->result = record->values[0];
        if (options.plain) {
            prefix(thread);
            print_call(thread, true);
            print_result(thread, result, false);
            fputc('\n', out);
        } else {
            say_who(thread, TRACE_CONTEXT_CALL);
            fprintf(out, "%10.1f  %s", (double)(record->time - thread->began) / 1000,
                    call_name(thread));
            print_result(thread, result, true);
            fputc('\n', out);
        }
    }
    thread->in_call = thread->hidden = false;
}

static void on_process(const struct trace_record* record, const unsigned char* path) {
    struct Thread* thread = thread_of((unsigned)record->values[1]);
    const char* end = (const char*)path + record->payload_bytes;
    const char* name = end;
    while (name > (const char*)path && name[-1] != '/') name--;
    if (thread->tid == options.starting && thread->in_call) options.starting = 0;
    thread->followed = true;
    thread->pid = (unsigned)record->values[0];
    thread->is_32bit = record->values[3] != 0;
    snprintf(thread->name, sizeof thread->name, "%.*s", (int)(end - name), name);
    if (options.plain || thread->tid == options.starting) return;
    fprintf(out, "[%u %s] is %.*s, %s, child of %u\n", thread->tid, thread->name,
            record->payload_bytes, (const char*)path, thread->is_32bit ? "i386" : "x86-64",
            (unsigned)record->values[2]);
    last_shown = NULL;
}

static void on_memory(struct Thread* thread, const struct trace_record* record,
                      const unsigned char* payload) {
    if (thread->memory_count == MAX_MEMORY) return;
    struct Memory* memory = &thread->memory[thread->memory_count++];
    memcpy(&memory->about, payload, sizeof memory->about);
    memory->length = record->payload_bytes - (unsigned)sizeof memory->about;
    if (memory->length > MAX_BYTES) memory->length = MAX_BYTES;
    memcpy(memory->bytes, payload + sizeof memory->about, memory->length);
}

static void on_arguments(struct Thread* thread, const struct trace_record* record,
                         const unsigned char* payload) {
    thread->sub_call = (unsigned)record->values[1];
    thread->has_block = is_sub_call(thread->sub_call);
    memset(thread->block, 0, sizeof thread->block);
    if (record->payload_bytes <= sizeof thread->block)
        memcpy(thread->block, payload, record->payload_bytes);
    thread->hidden = !wanted_call(thread);
}

static void on_buffer(struct Thread* thread, const struct trace_record* record,
                      const unsigned char* payload) {
    const struct Station* at = station(record->station);
    if (!at || options.plain) return;
    if (!strstr(at->function, "xmit") && !is(record, "netif_receive_skb")) return;
    if (shown(thread, record->context)) {
        say_held(thread, NULL);
        say_frame(thread, record, payload);
    } else if (record->depth >= 1 && record->depth <= MAX_DEPTH) {
        struct Entered* entered = &thread->entered[record->depth - 1];
        const size_t room = sizeof entered->frame, length = record->payload_bytes;
        entered->has_frame = true;
        entered->frame_record = *record;
        entered->frame_record.payload_bytes = (unsigned short)(length < room ? length : room);
        memcpy(entered->frame, payload, entered->frame_record.payload_bytes);
    }
}

void show_record(const struct trace_record* record, const unsigned char* payload) {
    struct Thread* thread = thread_of(record->thread);
    switch (record->kind) {
    case TRACE_KIND_LOST:
        fprintf(out, "... %llu records were lost ...\n", record->values[0]);
        return;
    case TRACE_KIND_PROCESS:
        return on_process(record, payload);
    case TRACE_KIND_MEMORY:
        return on_memory(thread, record, payload);
    case TRACE_KIND_ARGUMENTS:
        return on_arguments(thread, record, payload);
    case TRACE_KIND_REGISTERS:
    case TRACE_KIND_USER_STACK:
    case TRACE_KIND_KERNEL_STACK:
        return;
    case TRACE_KIND_BUFFER:
        return on_buffer(thread, record, payload);
    case TRACE_KIND_CALL:
        return on_call(thread, record, payload);
    default:
        break;
    }
    // A station that is left right after it was entered takes one line.
    say_call(thread);
    const bool at_once = thread->holds && record->kind == TRACE_KIND_LEAVE &&
                         record->station == thread->held.station &&
                         record->depth == thread->held.depth;
    if (last_shown && last_shown != thread) say_held(last_shown, NULL);
    say_held(thread, at_once ? record : NULL);
    if (record->kind == TRACE_KIND_ENTER) on_enter(thread, record);
    if (record->kind == TRACE_KIND_LEAVE) on_leave(thread, record, at_once);
    if (record->kind == TRACE_KIND_EVENT) on_event(thread, record);
    if (record->kind == TRACE_KIND_RETURN) on_return(thread, record);
}
