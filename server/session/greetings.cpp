#include "session/greetings.hpp"

#include <utility>

#include "desk/convert.hpp"
#include "protocol/encode.hpp"
#include "protocol/limits.hpp"

namespace ventanilla::session {

const Greetings::Greeting& Greetings::of(std::string_view channel, std::int64_t now_ms) {
    const auto revision = desk_.board.revision();
    const auto second = now_ms / 1000;
    auto known = known_.find(channel);
    if (known == known_.end()) {
        known = known_.emplace(channel, Known{make(channel, now_ms), revision, second}).first;
    } else if (known->second.revision != revision || known->second.second != second) {
        known->second = Known{make(channel, now_ms), revision, second};
    }
    return known->second.greeting;
}

Greetings::Greeting Greetings::make(std::string_view channel, std::int64_t now_ms) const {
    const auto& limits = desk_.site.limits;
    const auto* configured = desk_.site.find_channel(channel);
    const auto info = configured != nullptr ? desk_.board.channel(*configured, now_ms) : protocol::ChannelInfo{};
    return {
        protocol::dump(protocol::limits_json(limits.messages_per_s, limits.message_burst, limits.sockets_per_visitor)),
        protocol::dump(protocol::to_json(info)), desk::states_of(info)};
}

}  // namespace ventanilla::session
