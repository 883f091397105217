#include "web/out_queue.hpp"

#include <gtest/gtest.h>

#include <random>

#include "web/timer_wheel.hpp"

namespace ventanilla::web {
namespace {

using namespace std::chrono_literals;

Bytes text(std::size_t size, char fill = 'x') {
    return std::make_shared<const std::string>(size, fill);
}

/// Takes `most` bytes, as a kernel that takes only so much.
std::string take(OutQueue& queue, std::size_t most) {
    OutQueue::Buffers buffers;
    queue.gather(buffers);
    EXPECT_LE(buffers.size(), OutQueue::most_buffers);
    std::string out;
    for (const auto& buffer : buffers) out.append(static_cast<const char*>(buffer.iov_base), buffer.iov_len);
    out.resize(std::min(out.size(), most));
    queue.consume(out.size());
    return out;
}

TEST(OutQueue, HeadersOfAllWidths) {
    OutQueue queue;
    queue.push_text(text(125));
    EXPECT_EQ(take(queue, 2), "\x81\x7d");
    take(queue, 125);
    queue.push_text(text(126));
    EXPECT_EQ(take(queue, 4), std::string("\x81\x7e\x00\x7e", 4));
    take(queue, 126);
    queue.push_text(text(65536));
    EXPECT_EQ(take(queue, 10), std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
    EXPECT_EQ(queue.bytes(), 65536U);
}

TEST(OutQueue, TakenInAnyPiecesItIsTheSame) {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        OutQueue whole;
        OutQueue pieces;
        for (int i = 0; i < 200; ++i) {
            const auto frame = text(random() % 300, static_cast<char>('a' + i % 26));
            whole.push_text(frame);
            pieces.push_text(frame);
        }
        std::string expected;
        while (!whole.empty()) expected += take(whole, std::string::npos);
        std::string got;
        while (!pieces.empty()) got += take(pieces, 1 + random() % 700);
        EXPECT_EQ(got, expected);
        EXPECT_EQ(pieces.bytes(), 0U);
    }
}

TEST(OutQueue, LimitCountsTinyFramesAtTheirRealCost) {
    OutQueue queue;
    std::size_t frames = 0;
    for (; queue.fits(1); ++frames) queue.push_text(text(1));
    EXPECT_LT(frames, 10'000U);
}

TEST(OutQueue, TheFirstFrameHasItsTurnHoweverLongAndTheRestTheirLimitBehindIt) {
    OutQueue queue;
    EXPECT_TRUE(queue.fits(4 * out_queue_bytes)) << "a list of thousands of agents";
    queue.push_text(text(4 * out_queue_bytes));
    EXPECT_TRUE(queue.fits(out_queue_bytes - 1000));
    EXPECT_FALSE(queue.fits(out_queue_bytes));
    take(queue, out_queue_bytes);
    EXPECT_TRUE(queue.fits(out_queue_bytes - 1000)) << "the same while it is being written";
    EXPECT_FALSE(queue.fits(out_queue_bytes));
    queue.push_text(text(out_queue_bytes - 1000));
    EXPECT_FALSE(queue.fits(2000)) << "two would be beyond it";
}

TEST(OutQueue, DroppingKeepsAStartedFrameWhole) {
    OutQueue queue;
    queue.push_text(text(100, 'a'));
    queue.push_text(text(100, 'b'));
    auto sent = take(queue, 50);
    queue.drop_unstarted();
    queue.push_close(protocol::Close::too_slow, "slow");
    while (!queue.empty()) sent += take(queue, 30);
    EXPECT_EQ(sent, "\x81\x64" + std::string(100, 'a') + "\x88\x06\x11\xa1slow");

    queue.push_text(text(100));
    queue.drop_unstarted();
    EXPECT_TRUE(queue.empty());
}

TEST(OutQueue, CloseReasonIsCutBetweenCharacters) {
    OutQueue queue;
    std::string reason(122, 'r');
    reason += "ñandú";
    queue.push_close(protocol::Close::done, reason);
    const auto frame = take(queue, 1000);
    EXPECT_EQ(frame.size(), 2U + 2U + 122U);
}

struct Alarm : Timed {
    explicit Alarm(std::function<void()> call) : call_(std::move(call)) {}
    void on_time() override { call_(); }
    std::function<void()> call_;
};

TEST(TimerWheel, CallsOnceAndInTime) {
    const auto start = TimerWheel::Clock::time_point{} + 1h;
    TimerWheel wheel(start);
    int short_calls = 0;
    int long_calls = 0;
    Alarm soon([&] { ++short_calls; });
    Alarm late([&] { ++long_calls; });
    wheel.set(soon, 250ms, start);
    wheel.set(late, 10min, start);
    wheel.advance(start + 249ms);
    EXPECT_EQ(short_calls, 0);
    wheel.advance(start + 450ms);
    EXPECT_EQ(short_calls, 1);
    wheel.advance(start + 599s);
    EXPECT_EQ(long_calls, 0);
    wheel.advance(start + 601s);
    EXPECT_EQ(long_calls, 1);
    EXPECT_EQ(short_calls, 1);
}

TEST(TimerWheel, IsNeverEarlyThoughItFellBehind) {
    const auto start = TimerWheel::Clock::time_point{};
    TimerWheel wheel(start);
    int calls = 0;
    Alarm alarm([&] { ++calls; });
    wheel.set(alarm, 100ms, start + 950ms);  // the loop was busy since the start
    wheel.advance(start + 1049ms);
    EXPECT_EQ(calls, 0);
    wheel.advance(start + 1100ms);
    EXPECT_EQ(calls, 1);
}

TEST(TimerWheel, MayBeSetCancelledAndDestroyedFromACall) {
    const auto start = TimerWheel::Clock::time_point{};
    TimerWheel wheel(start);
    int calls = 0;
    auto victim = std::make_unique<Alarm>([&] { ADD_FAILURE() << "it was destroyed"; });
    Alarm cancelled([&] { ADD_FAILURE() << "it was cancelled"; });
    Alarm repeating([&] {
        victim.reset();
        TimerWheel::cancel(cancelled);
        if (++calls < 3) wheel.set(repeating, 0ms, start);
    });
    wheel.set(repeating, 100ms, start);
    wheel.set(*victim, 100ms, start);
    wheel.set(cancelled, 100ms, start);
    wheel.advance(start + 10s);
    EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace ventanilla::web
