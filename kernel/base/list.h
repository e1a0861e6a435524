// List<T, &T::node>: an intrusive doubly linked list. It owns nothing and allocates nothing; a node
// that is destroyed while linked takes itself out.
#pragma once

#include "kernel/base/types.h"

struct ListNode {
    ListNode* next = nullptr;
    ListNode* prev = nullptr;

    ListNode() = default;
    ListNode(const ListNode&) = delete;
    ListNode& operator=(const ListNode&) = delete;
    ~ListNode() { unlink(); }

    bool linked() const { return next != nullptr; }
    void unlink() {
        if (!linked()) return;
        prev->next = next;
        next->prev = prev;
        next = prev = nullptr;
    }
    // Links this node in front of `where`.
    void link_before(ListNode& where) {
        prev = where.prev;
        next = &where;
        prev->next = this;
        where.prev = this;
    }
};

template <class T, ListNode T::*Node>
class List {
  public:
    List() { head_.next = head_.prev = &head_; }
    ~List() {
        while (!empty()) head_.next->unlink();
        head_.next = head_.prev = nullptr;
    }
    List(const List&) = delete;
    List& operator=(const List&) = delete;

    bool empty() const { return head_.next == &head_; }
    T* front() const { return empty() ? nullptr : owner(head_.next); }
    T* back() const { return empty() ? nullptr : owner(head_.prev); }
    void push_back(T& item) { (item.*Node).link_before(head_); }
    void push_front(T& item) { (item.*Node).link_before(*head_.next); }
    static void insert_before(T& where, T& item) { (item.*Node).link_before(where.*Node); }
    static void insert_after(T& where, T& item) { (item.*Node).link_before(*(where.*Node).next); }
    static void remove(T& item) { (item.*Node).unlink(); }
    static bool contains_linked(const T& item) { return (item.*Node).linked(); }
    T* pop_front() {
        T* item = front();
        if (item) remove(*item);
        return item;
    }
    // Neighbours; null at the ends.
    T* next(const T& item) const {
        ListNode* n = (item.*Node).next;
        return n == &head_ ? nullptr : owner(n);
    }
    T* prev(const T& item) const {
        ListNode* n = (item.*Node).prev;
        return n == &head_ ? nullptr : owner(n);
    }
    // Moves all of `other` to the end of this list.
    void splice_back(List& other) {
        while (T* item = other.pop_front()) push_back(*item);
    }

    // Iteration allows the item it stands on to be removed.
    class Iterator {
      public:
        Iterator(ListNode* node) : node_(node), next_(node->next) {}
        T& operator*() const { return *owner(node_); }
        Iterator& operator++() {
            node_ = next_;
            next_ = node_->next;
            return *this;
        }
        bool operator!=(const Iterator& other) const { return node_ != other.node_; }

      private:
        ListNode* node_;
        ListNode* next_;
    };
    Iterator begin() const { return Iterator(head_.next); }
    Iterator end() const { return Iterator(&head_); }

  private:
    static T* owner(ListNode* node) {
        const auto offset = reinterpret_cast<uptr>(&(reinterpret_cast<T*>(alignof(T))->*Node)) -
                            static_cast<uptr>(alignof(T));
        return reinterpret_cast<T*>(reinterpret_cast<uptr>(node) - offset);
    }

    mutable ListNode head_;
};
