#include "loadtest/crowd/board.hpp"

#include <cstring>

namespace ventanilla::load {

const char* to_string(Count count) noexcept {
    switch (count) {
        case Count::sent: return "sent";
        case Count::acked: return "acked";
        case Count::delivered: return "delivered";
        case Count::connected: return "connected";
        case Count::sockets: return "sockets";
        case Count::started: return "started";
        case Count::assigned: return "assigned";
        case Count::closed: return "closed";
        case Count::refused: return "refused";
        case Count::slow_down: return "slow_down";
        case Count::resumed: return "resumed";
        case Count::too_slow: return "too_slow";
        case Count::broken_off: return "broken_off";
        case Count::count_: break;
    }
    return "?";
}

const char* to_string(Timed timed) noexcept {
    switch (timed) {
        case Timed::ack: return "ack";
        case Timed::delivery: return "delivery";
        case Timed::hello: return "hello";
        case Timed::start: return "start";
        case Timed::wait: return "wait";
        case Timed::next: return "next";
        case Timed::lag: return "lag";
        case Timed::count_: break;
    }
    return "?";
}

void WorkerBoard::give_up(std::string_view why) noexcept {
    if (in_trouble.load()) return;
    why = why.substr(0, trouble.size() - 1);
    std::memcpy(trouble.data(), why.data(), why.size());
    in_trouble.store(true);
}

}  // namespace ventanilla::load
