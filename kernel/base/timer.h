// Timers: an intrusive pairing heap ordered by expiry. Setting and cancelling allocate nothing and
// so can't fail. The kernel has one queue, a simulated host its own.
#pragma once

#include "kernel/base/time.h"

class Timer {
  public:
    using Callback = void (*)(Timer&);

    explicit Timer(Callback callback) : callback_(callback) {}
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    bool armed() const { return queue_ != nullptr; }
    Nanoseconds expires() const { return expires_; }

  private:
    friend class TimerQueue;
    Callback callback_;
    Nanoseconds expires_ = 0;
    class TimerQueue* queue_ = nullptr;
    Timer* child_ = nullptr;   // first child
    Timer* sibling_ = nullptr; // next sibling
    Timer* prev_ = nullptr;    // previous sibling, or the parent for a first child
};

class TimerQueue {
  public:
    // `on_earlier` is called when a timer becomes the earliest: the interrupt may have to come
    // sooner.
    explicit TimerQueue(void (*on_earlier)() = nullptr) : on_earlier_(on_earlier) {}
    // (Re)arms the timer to go off at `when`.
    void set(Timer& timer, Nanoseconds when);
    // Harmless on a timer that isn't armed.
    void cancel(Timer& timer);
    // When the earliest goes off; no_deadline when none is armed.
    Nanoseconds next_expiry() const { return root_ ? root_->expires_ : no_deadline; }
    // Calls back every timer due at `now`, each disarmed first so that it may re-arm itself.
    void run(Nanoseconds now);

  private:
    static Timer* meld(Timer* a, Timer* b);
    static Timer* meld_siblings(Timer* first);
    void remove(Timer& timer);

    Timer* root_ = nullptr;
    void (*on_earlier_)();
};
