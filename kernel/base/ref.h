// Ownership in types: Box<T> has one owner, Ref<T> counts them in the object. Making either can
// fail.
#pragma once

#include "kernel/base/result.h"
#include "kernel/base/types.h"
#include <new>
#include <utility>

// Memory for objects: null when there is none. The kernel's heap, or malloc on the host.
void* kmalloc(usize bytes);
void kfree(void* pointer);

template <class T>
class Box {
  public:
    Box() = default;
    explicit Box(T* raw) : raw_(raw) {}
    Box(Box&& other) : raw_(other.release()) {}
    template <class U>
    Box(Box<U>&& other) : raw_(other.release()) {}
    Box& operator=(Box&& other) {
        if (this != &other) {
            reset();
            raw_ = other.release();
        }
        return *this;
    }
    ~Box() { reset(); }
    T* get() const { return raw_; }
    T* operator->() const { return raw_; }
    T& operator*() const { return *raw_; }
    explicit operator bool() const { return raw_ != nullptr; }
    T* release() { return std::exchange(raw_, nullptr); }
    void reset() {
        if (T* old = release()) {
            old->~T();
            kfree(old);
        }
    }

  private:
    T* raw_ = nullptr;
};

// Base of what Ref<> points to: the count starts at one, owned by make_ref's Ref.
class RefCounted {
  public:
    RefCounted() = default;
    RefCounted(const RefCounted&) = delete;
    RefCounted& operator=(const RefCounted&) = delete;
    void ref() { ++count_; }
    // True when the last owner has gone.
    bool unref() { return --count_ == 0; }
    u32 ref_count() const { return count_; }

  private:
    u32 count_ = 1;
};

template <class T>
class Ref {
  public:
    Ref() = default;
    Ref(std::nullptr_t) {}
    // Takes a further reference.
    explicit Ref(T* raw) : raw_(raw) {
        if (raw_) raw_->ref();
    }
    explicit Ref(T& object) : Ref(&object) {}
    Ref(const Ref& other) : Ref(other.raw_) {}
    Ref(Ref&& other) : raw_(other.release()) {}
    template <class U>
    Ref(const Ref<U>& other) : Ref(other.get()) {}
    template <class U>
    Ref(Ref<U>&& other) : raw_(other.release()) {}
    // Takes over a reference that is already counted.
    static Ref adopt(T* raw) {
        Ref result;
        result.raw_ = raw;
        return result;
    }
    Ref& operator=(Ref other) {
        std::swap(raw_, other.raw_);
        return *this;
    }
    ~Ref() { reset(); }
    T* get() const { return raw_; }
    T* operator->() const { return raw_; }
    T& operator*() const { return *raw_; }
    explicit operator bool() const { return raw_ != nullptr; }
    bool operator==(const Ref& other) const { return raw_ == other.raw_; }
    T* release() { return std::exchange(raw_, nullptr); }
    void reset() {
        T* old = release();
        if (old && old->unref()) {
            old->~T();
            kfree(old);
        }
    }

  private:
    T* raw_ = nullptr;
};

// ENOMEM when there is no memory.
template <class T, class... Args>
Result<Box<T>> make_box(Args&&... args) {
    void* memory = kmalloc(sizeof(T));
    if (!memory) return Errno{ENOMEM};
    return Box<T>(new (memory) T(std::forward<Args>(args)...));
}
template <class T, class... Args>
Result<Ref<T>> make_ref(Args&&... args) {
    void* memory = kmalloc(sizeof(T));
    if (!memory) return Errno{ENOMEM};
    return Ref<T>::adopt(new (memory) T(std::forward<Args>(args)...));
}
