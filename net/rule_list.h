// An ordered list that owns its rules and can be copied, so that a change is made on a copy and
// takes the place of the old list only when all of it has succeeded.
#pragma once

#include "kernel/base/list.h"
#include "net/services.h"

template <class Rule>
class RuleList {
    struct Entry : Rule {
        explicit Entry(const Rule& rule) : Rule(rule) {}
        ListNode node;
    };
    using Entries = List<Entry, &Entry::node>;

  public:
    ~RuleList() { clear(); }

    u32 count() const { return count_; }
    auto begin() const { return entries_.begin(); }
    auto end() const { return entries_.end(); }

    // In front of the one that has this place (from 1 on), or at the end. Errors: ENOMEM, ENOENT.
    Result<void> insert(const Rule& rule, u32 place) {
        if (place == 0 || place > count_ + 1) return Errno{ENOENT};
        Entry& fresh = *TRY(make_box<Entry>(rule)).release();
        if (Entry* before = at(place))
            Entries::insert_before(*before, fresh);
        else
            entries_.push_back(fresh);
        count_++;
        return {};
    }
    Result<void> append(const Rule& rule) { return insert(rule, count_ + 1); }
    // Errors: ENOENT.
    Result<void> remove(u32 place) {
        Entry* found = place > 0 ? at(place) : nullptr;
        if (!found) return Errno{ENOENT};
        Box<Entry>(found).reset(); // takes itself out
        count_--;
        return {};
    }
    void clear() {
        while (count_ > 0) (void)remove(1);
    }
    // Errors: ENOMEM.
    Result<void> append_all(const RuleList& other) {
        for (const Rule& rule : other) TRY(append(rule));
        return {};
    }

  private:
    Entry* at(u32 place) {
        for (Entry& entry : entries_)
            if (--place == 0) return &entry;
        return nullptr;
    }

    Entries entries_;
    u32 count_ = 0;
};
