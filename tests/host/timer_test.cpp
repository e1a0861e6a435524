// The pairing heap of kernel/base/timer.cpp.
#include "kernel/base/timer.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <vector>

namespace {

std::vector<Timer*> fired;
void note(Timer& timer) { fired.push_back(&timer); }

class Timers : public testing::Test {
  protected:
    void SetUp() override { fired.clear(); }
    TimerQueue queue;
};

} // namespace

TEST_F(Timers, EmptyQueueHasNoDeadline) {
    EXPECT_EQ(queue.next_expiry(), no_deadline);
    queue.run(1000);
}

TEST_F(Timers, FireInOrderAndOnlyWhenDue) {
    Timer a(note), b(note), c(note);
    queue.set(a, 30);
    queue.set(b, 10);
    queue.set(c, 20);
    EXPECT_EQ(queue.next_expiry(), 10u);
    queue.run(9);
    EXPECT_TRUE(fired.empty());
    queue.run(20);
    EXPECT_EQ(fired, (std::vector<Timer*>{&b, &c}));
    EXPECT_FALSE(b.armed());
    EXPECT_TRUE(a.armed());
    queue.run(30);
    EXPECT_EQ(fired.size(), 3u);
}

TEST_F(Timers, SettingAgainMoves) {
    Timer a(note), b(note);
    queue.set(a, 10);
    queue.set(b, 20);
    queue.set(a, 30);
    EXPECT_EQ(queue.next_expiry(), 20u);
    queue.cancel(b);
    queue.cancel(b);
    EXPECT_EQ(queue.next_expiry(), 30u);
}

TEST_F(Timers, ADestroyedTimerIsGone) {
    {
        Timer a(note);
        queue.set(a, 10);
    }
    EXPECT_EQ(queue.next_expiry(), no_deadline);
}

TEST_F(Timers, ACallbackMaySetItsTimerAgain) {
    static TimerQueue* shared;
    static int count;
    shared = &queue, count = 0;
    Timer periodic([](Timer& timer) {
        if (++count < 5) shared->set(timer, timer.expires() + 10);
    });
    queue.set(periodic, 10);
    queue.run(35);
    EXPECT_EQ(count, 3);
    EXPECT_EQ(queue.next_expiry(), 40u);
}

TEST_F(Timers, TellsWhenTheEarliestChanges) {
    static int told;
    told = 0;
    TimerQueue watched([] { ++told; });
    Timer a(note), b(note);
    watched.set(a, 20);
    EXPECT_EQ(told, 1);
    watched.set(b, 30);
    EXPECT_EQ(told, 1);
    watched.set(b, 10);
    EXPECT_EQ(told, 2);
}

TEST_F(Timers, AgreesWithASortedListUnderRandomLoad) {
    std::mt19937 random(3);
    std::vector<std::unique_ptr<Timer>> timers;
    for (int i = 0; i < 500; ++i) timers.push_back(std::make_unique<Timer>(note));
    for (int step = 0; step < 20000; ++step) {
        Timer& timer = *timers[random() % timers.size()];
        if (random() % 3)
            queue.set(timer, random() % 100000);
        else
            queue.cancel(timer);
        Nanoseconds earliest = no_deadline;
        if (step % 50 == 0) {
            for (auto& t : timers)
                if (t->armed()) earliest = std::min(earliest, t->expires());
            ASSERT_EQ(queue.next_expiry(), earliest);
        }
    }
    queue.run(100000);
    EXPECT_TRUE(std::is_sorted(fired.begin(), fired.end(),
                               [](Timer* a, Timer* b) { return a->expires() < b->expires(); }));
    for (auto& t : timers) EXPECT_FALSE(t->armed());
}
