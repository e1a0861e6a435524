// The pairing heap of timers. Fredman, Sedgewick, Sleator, Tarjan: "The pairing heap" (1986).
#include "kernel/base/timer.h"

Timer::~Timer() {
    if (queue_) queue_->cancel(*this);
}

Timer* TimerQueue::meld(Timer* a, Timer* b) {
    if (!a) return b;
    if (!b) return a;
    if (b->expires_ < a->expires_) {
        Timer* swap = a;
        a = b;
        b = swap;
    }
    b->prev_ = a;
    b->sibling_ = a->child_;
    if (a->child_) a->child_->prev_ = b;
    a->child_ = b;
    return a;
}

// Two passes: meld neighbours from left to right, then the pairs from right to left.
Timer* TimerQueue::meld_siblings(Timer* first) {
    Timer* pairs = nullptr; // linked by sibling_, the last pair first
    while (first) {
        Timer* a = first;
        Timer* b = a->sibling_;
        first = b ? b->sibling_ : nullptr;
        a->sibling_ = a->prev_ = nullptr;
        if (b) b->sibling_ = b->prev_ = nullptr;
        Timer* pair = meld(a, b);
        pair->sibling_ = pairs;
        pairs = pair;
    }
    Timer* root = nullptr;
    while (pairs) {
        Timer* next = pairs->sibling_;
        pairs->sibling_ = nullptr;
        root = meld(root, pairs);
        pairs = next;
    }
    return root;
}

void TimerQueue::remove(Timer& timer) {
    if (&timer == root_) {
        root_ = meld_siblings(timer.child_);
    } else {
        if (timer.prev_->child_ == &timer)
            timer.prev_->child_ = timer.sibling_;
        else
            timer.prev_->sibling_ = timer.sibling_;
        if (timer.sibling_) timer.sibling_->prev_ = timer.prev_;
        root_ = meld(root_, meld_siblings(timer.child_));
    }
    timer.child_ = timer.sibling_ = timer.prev_ = nullptr;
    timer.queue_ = nullptr;
}

void TimerQueue::set(Timer& timer, Nanoseconds when) {
    cancel(timer);
    timer.expires_ = when;
    timer.queue_ = this;
    root_ = meld(root_, &timer);
    if (root_ == &timer && on_earlier_) on_earlier_();
}

void TimerQueue::cancel(Timer& timer) {
    if (timer.queue_) timer.queue_->remove(timer);
}

void TimerQueue::run(Nanoseconds now) {
    while (root_ && root_->expires_ <= now) {
        Timer& due = *root_;
        remove(due);
        due.callback_(due);
    }
}
