// Cleanup handlers: a list in the stack frames of pthread_cleanup_push(3).
#include <pthread.h>

#include "tcb.h"

void __pthread_cleanup_push(struct cleanup_handler* handler) {
    handler->next = THREAD_FIELD(cleanup);
    THREAD_FIELD(cleanup) = handler;
}

void __pthread_cleanup_pop(struct cleanup_handler* handler, int execute) {
    THREAD_FIELD(cleanup) = handler->next;
    if (execute) handler->routine(handler->argument);
}
