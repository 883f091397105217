#pragma once
// From the text of one WebSocket frame to a typed request, or to the refusal that answers it. Never throws.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "protocol/codes.hpp"
#include "protocol/frames.hpp"

namespace ventanilla::protocol {

/// One good request and the number that its reply carries as `re`.
template <typename Request>
struct Incoming {
    std::int64_t id = 0;
    Request request;
};

/// One refused frame; `re` is 0 where no usable id could be read.
struct Refusal {
    std::int64_t re = 0;
    Error error;
};

/// Decodes what a visitor sent. `last_id` is the highest id read on this connection so far (0 at first): a good `id`
/// is above it. The caller moves its `last_id` on success, and to `Refusal::re` when that is not 0.
/// Looked at in this order: JSON, object, `id`, `type`, then the fields as protocol.md lists them.
tl::expected<Incoming<VisitorRequest>, Refusal> decode_visitor(std::string_view text, std::int64_t last_id);

/// The same for what an agent's console sent.
tl::expected<Incoming<AgentRequest>, Refusal> decode_agent(std::string_view text, std::int64_t last_id);

/// What a channel wants to know before a chat starts.
struct StartRules {
    std::vector<std::string> ask;          ///< of `message`, `name`, `email`, `department`
    std::vector<std::string> departments;  ///< ids of the channel's departments
    bool any_department = false;           ///< `any` may be chosen
};

/// Checks a decoded start against its channel: what `ask` names is there, the department is one of the channel's.
/// @return the `bad_field` naming the first wrong field, nothing if all is well.
std::optional<Error> check_start(const ChatStart& start, const StartRules& rules);

/// The department a checked start goes to: the one named; if left out, the channel's only one, else `any`.
std::string start_department(const ChatStart& start, const StartRules& rules);

}  // namespace ventanilla::protocol
