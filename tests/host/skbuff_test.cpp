// sk_buff: room, clones, copies, the account of owners, the queue.
#include <gtest/gtest.h>

#include "net/gso.h"
#include "net/skbuff.h"
#include "net/sock.h"
#include "tests/host/host_net.h"

namespace {

TEST(Skbuff, PushAndPullMoveOneBeginning) {
    SkbPtr skb(alloc_skb(100, 40));
    ASSERT_TRUE(skb);
    EXPECT_EQ(skb->headroom(), 40u);
    EXPECT_GE(skb->tailroom(), 100u);
    u8* payload = skb->put(10);
    u8* header = skb->push(20);
    EXPECT_EQ(header + 20, payload);
    EXPECT_EQ(skb->len(), 30u);
    EXPECT_EQ(skb->pull(20), payload);
    skb->trim(4);
    EXPECT_EQ(skb->len(), 4u);
}

TEST(Skbuff, ClonesShareBytesAndTheLastFreesThem) {
    const usize before = host::live_allocations();
    SkbPtr skb(alloc_skb(10));
    skb->put(10)[0] = 'a';
    SkbPtr clone(skb_clone(*skb));
    EXPECT_TRUE(skb->cloned());
    EXPECT_EQ(clone->data, skb->data);
    EXPECT_EQ(clone->id, skb->id);
    skb.reset();
    EXPECT_FALSE(clone->cloned());
    EXPECT_EQ(clone->data[0], 'a');
    clone.reset();
    EXPECT_EQ(host::live_allocations(), before);
}

TEST(Skbuff, ACopyHasBytesOfItsOwnAndKeepsHeaderPositions) {
    SkbPtr skb(alloc_skb(64, 32));
    skb->put(20)[19] = 7;
    skb->set_network_header();
    SkbPtr copy(skb_copy(*skb, 100));
    ASSERT_TRUE(copy);
    EXPECT_GE(copy->headroom(), 100u);
    EXPECT_EQ(copy->network(), copy->data);
    EXPECT_EQ(copy->data[19], 7);
    copy->data[19] = 8;
    EXPECT_EQ(skb->data[19], 7);
}

TEST(Skbuff, MakeWritableCopiesOnlyWhenItMust) {
    SkbPtr skb(alloc_skb(64, 32));
    skb->put(4);
    u8* before = skb->data;
    ASSERT_TRUE(skb_make_writable(skb, 32).ok());
    EXPECT_EQ(skb->data, before);
    SkbPtr clone(skb_clone(*skb));
    ASSERT_TRUE(skb_make_writable(skb, 0).ok());
    EXPECT_NE(skb->data, before);
    EXPECT_FALSE(skb->cloned());
    ASSERT_TRUE(skb_make_writable(skb, 200).ok());
    EXPECT_GE(skb->headroom(), 200u);
}

TEST(Skbuff, EveryAllocationMayFail) {
    for (long n = 0; n < 2; n++) {
        host::fail_allocations_after(n);
        EXPECT_EQ(alloc_skb(10), nullptr);
        host::fail_allocations_after(-1);
    }
    SkbPtr skb(alloc_skb(10));
    host::fail_allocations_after(0);
    EXPECT_EQ(skb_clone(*skb), nullptr);
    EXPECT_EQ(skb_copy(*skb), nullptr);
    host::fail_allocations_after(-1);
}

TEST(Skbuff, QueueCountsAndFreesWhatIsLeft) {
    const usize before = host::live_allocations();
    {
        SkbQueue queue;
        for (u32 i = 1; i <= 3; i++) {
            SkbPtr skb(alloc_skb(10));
            skb->put(i);
            queue.push_back(std::move(skb));
        }
        EXPECT_EQ(queue.count, 3u);
        EXPECT_EQ(queue.bytes, 6u);
        EXPECT_EQ(queue.pop_front()->len(), 1u);
        EXPECT_EQ(queue.bytes, 5u);
    }
    EXPECT_EQ(host::live_allocations(), before);
}

TEST(Skbuff, OwnersGetTheirSpaceBackAndOutliveTheirBuffers) {
    const usize before = host::live_allocations();
    proto none{};
    auto made = make_ref<sock>(none, AF_INET, SOCK_DGRAM, 0);
    ASSERT_TRUE(made.ok());
    Ref<sock> sk = std::move(made).value();
    SkbPtr skb(alloc_skb(100));
    skb_set_owner_w(*skb, *sk);
    EXPECT_EQ(sk->send_allocated, skb->truesize);
    EXPECT_EQ(sk->ref_count(), 2u);
    sk.reset(); // the buffer on its way keeps it
    skb.reset();
    EXPECT_EQ(host::live_allocations(), before);
}

} // namespace
