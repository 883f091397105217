#pragma once
// One clock for all connections: no timer of its own for any of them, and setting one is O(1).

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include <boost/intrusive/list.hpp>

namespace ventanilla::web {

/// Something that waits for its time. Forgets it when destroyed.
class Timed : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    virtual ~Timed() = default;

private:
    friend class TimerWheel;
    /// Called once when the time has come. May set itself again, and may destroy any Timed, itself included.
    virtual void on_time() = 0;

    std::uint64_t due_tick_ = 0;
};

/// Timers with a resolution of one tick. The caller's clock moves it.
class TimerWheel {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds tick{100};

    explicit TimerWheel(Clock::time_point start) : start_(start) {}

    /// Calls `timed` once when `delay` has passed since `now`, up to a tick late and never early, also where the wheel itself
    /// has fallen behind; what was set before for it is forgotten.
    void set(Timed& timed, std::chrono::milliseconds delay, Clock::time_point now = Clock::now()) {
        cancel(timed);
        const auto due = (now - start_ + delay + tick - Clock::duration(1)) / tick;
        timed.due_tick_ = std::max(static_cast<std::uint64_t>(due), now_tick_ + 1);
        place(timed);
    }

    static void cancel(Timed& timed) noexcept {
        if (timed.is_linked()) timed.unlink();
    }

    /// Calls whatever is due at `now`.
    void advance(Clock::time_point now) {
        const auto target = static_cast<std::uint64_t>((now - start_) / tick);
        while (now_tick_ < target) {
            ++now_tick_;
            // Taken out first: a call may put things back into this very slot.
            Slot due;
            due.swap(slots_[now_tick_ % slots_.size()]);
            while (!due.empty()) {
                Timed& timed = due.front();
                timed.unlink();
                if (timed.due_tick_ <= now_tick_) {
                    timed.on_time();
                } else {
                    place(timed);
                }
            }
        }
    }

private:
    using Slot = boost::intrusive::list<Timed, boost::intrusive::constant_time_size<false>>;

    /// What lies further off than one turn of the wheel passes its slot until its turn has come.
    void place(Timed& timed) { slots_[timed.due_tick_ % slots_.size()].push_back(timed); }

    Clock::time_point start_;
    std::uint64_t now_tick_ = 0;
    std::array<Slot, 512> slots_;
};

}  // namespace ventanilla::web
