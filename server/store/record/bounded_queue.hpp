#pragma once
// A queue between the event loop and a pool of threads. Pushing never blocks; a full queue says so.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace ventanilla::record {

template <typename T>
class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

    /// False if the queue is full or closed; `item` is dropped then.
    bool push(T item) {
        {
            const std::lock_guard lock(mutex_);
            if (closed_ || items_.size() >= capacity_) {
                return false;
            }
            items_.push_back(std::move(item));
        }
        ready_.notify_one();
        return true;
    }

    /// The next item; nothing after `patience` without one, or once closed.
    std::optional<T> pop(std::chrono::milliseconds patience) {
        std::unique_lock lock(mutex_);
        ready_.wait_for(lock, patience, [this] { return closed_ || !items_.empty(); });
        if (closed_ || items_.empty()) {
            return std::nullopt;
        }
        T item = std::move(items_.front());
        items_.pop_front();
        return item;
    }

    /// Waits for the end instead of an item. True once closed.
    bool wait_closed(std::chrono::milliseconds patience) {
        std::unique_lock lock(mutex_);
        return end_.wait_for(lock, patience, [this] { return closed_; });
    }

    /// Drops what waits and wakes everybody.
    void close() {
        std::deque<T> dropped;
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
            dropped.swap(items_);
        }
        ready_.notify_all();
        end_.notify_all();
    }

    bool closed() const {
        const std::lock_guard lock(mutex_);
        return closed_;
    }

    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return items_.size();
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::condition_variable end_;  ///< apart from ready_, so that push never wakes one who does not take
    std::deque<T> items_;
    std::size_t capacity_;
    bool closed_ = false;
};

}  // namespace ventanilla::record
