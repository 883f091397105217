#pragma once
// What the processes of a run share: one mapping, made before they are forked. The parent gives orders and reads figures;
// each worker writes its own part only.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "loadtest/measure/checker.hpp"
#include "loadtest/measure/histogram.hpp"
#include "loadtest/measure/pacer.hpp"

namespace ventanilla::load {

enum class Count : std::uint8_t {
    sent,        ///< messages
    acked,       ///< of them
    delivered,   ///< messages that the other side got
    connected,   ///< sockets now
    sockets,     ///< WebSockets that were opened
    started,     ///< chats
    assigned,    ///< chats that an agent got
    closed,      ///< chats that have ended
    refused,     ///< replies `error`
    slow_down,   ///< of them with this code
    resumed,     ///< connections that went on with their chat
    too_slow,    ///< sockets that the server closed with 4513
    broken_off,  ///< sockets that ended otherwise without our doing
    count_,
};

/// What is timed; nanoseconds.
enum class Timed : std::uint8_t {
    ack,       ///< intended time of a message to its acknowledgement
    delivery,  ///< intended time of a message until the other side has it
    hello,     ///< connect to the reply to hello
    start,     ///< chat.start to its reply
    wait,      ///< chat.start until an agent has the chat
    next,      ///< an agent's chat.close until it has the next chat
    lag,       ///< intended time of a message until it was sent: what the tester itself adds
    count_,
};

const char* to_string(Count count) noexcept;
const char* to_string(Timed timed) noexcept;

/// One thing for all workers to do. `count`s and `rate`s are of the whole run; each worker takes its share.
struct Order {
    enum class Kind : std::uint8_t {
        agents_online,  ///< `count` agents sign on
        connect,        ///< until `count` visitors are connected, at `rate` a second (0: as fast as it goes)
        start_chats,    ///< every visitor has a chat with an agent
        settle,         ///< every agent has read what was said so far
        talk,           ///< `duration_ns` of messages: at `rate`, or 0: each sender one after the other
        hold,           ///< nothing, for `duration_ns`
        drop,           ///< every visitor's socket is lost; agents write one message each to them
        reconnect,      ///< all come back at `rate` a second (0: at once) and resume
        queue,          ///< every visitor starts a chat; who is not assigned waits
        fill,           ///< `count` visitors start a chat, one after the other, and leave their sockets
        drain,          ///< agents close `count` of their chats, each as soon as it was assigned
        churn,          ///< `duration_ns` of chats that start, are assigned and closed
        day,            ///< `duration_ns` at a help desk, `rate` chats a second
        close_chats,    ///< every chat is closed
        quit,
    };
    Kind kind = Kind::hold;
    std::uint64_t count = 0;
    double rate = 0;
    std::uint64_t duration_ns = 0;
    double agent_share = 0;  ///< of the messages
    double stuck_share = 0;  ///< of the readers stop reading for the middle third of the time
};

struct WorkerBoard {
    std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(Count::count_)> counts{};
    std::array<Histogram, static_cast<std::size_t>(Timed::count_)> times{};
    Violations violations;
    std::atomic<std::uint32_t> done{0};  ///< the last order that it carried out
    std::atomic<bool> in_trouble{false};
    std::array<char, 400> trouble{};  ///< why it gave up; set before `in_trouble`

    void add(Count count, std::int64_t by = 1) noexcept {
        auto& counter = counts[static_cast<std::size_t>(count)];
        counter.store(counter.load(std::memory_order_relaxed) + static_cast<std::uint64_t>(by),
                      std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t get(Count count) const noexcept {
        return counts[static_cast<std::size_t>(count)].load(std::memory_order_relaxed);
    }
    Histogram& time(Timed timed) noexcept { return times[static_cast<std::size_t>(timed)]; }
    /// The first trouble stays.
    void give_up(std::string_view why) noexcept;
};

struct Board {
    static constexpr std::size_t most_workers = 16;
    std::atomic<std::uint32_t> number{0};  ///< of `order`; raised after it was written
    Order order;
    std::array<WorkerBoard, most_workers> workers;
};

}  // namespace ventanilla::load
