#pragma once
// The part of a welcome that all visitors of a channel get alike.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "desk/desk.hpp"

namespace ventanilla::session {

/// Makes it once for all who come within a second: after a restart of a proxy that is everybody.
class Greetings {
public:
    struct Greeting {
        std::string limits;   ///< JSON of limits_json()
        std::string channel;  ///< JSON of the channel
        std::string states;   ///< of the channel, as desk::states_of
    };

    explicit Greetings(const desk::Desk& desk) : desk_(desk) {}

    /// That of the channel by the board as it is now. Valid until the next call.
    const Greeting& of(std::string_view channel, std::int64_t now_ms);
    /// Forgets all of them: the configuration is another one.
    void renew() { known_.clear(); }

private:
    struct Known {
        Greeting greeting;
        std::int64_t revision = 0;  ///< of the board
        std::int64_t second = 0;    ///< opening hours begin and end with one
    };

    Greeting make(std::string_view channel, std::int64_t now_ms) const;

    const desk::Desk& desk_;
    std::map<std::string, Known, std::less<>> known_;
};

}  // namespace ventanilla::session
