// state.set and page: how agents and visitors are here.

#include "desk/desk.hpp"

namespace ventanilla::desk {

Task<Answer> set_state(Desk& desk, AgentActor actor, std::int64_t re, protocol::StateSet request) {
    const std::string state(protocol::to_string(request.state));
    auto changed = co_await desk.live.state_set(actor.agent.id, state);
    if (!changed) co_return tl::unexpected(changed.error());
    co_return Answer{protocol::ok(re, {{"state", state}}), std::move(changed->events)};
}

Task<Answer> change_page(Desk& desk, VisitorActor actor, std::int64_t re, protocol::Page request) {
    const nlohmann::json page{{"url", request.url}, {"title", request.title}, {"referrer", ""}};
    auto events = co_await desk.live.visitor_page(actor.id, protocol::dump(page));
    if (!events) co_return tl::unexpected(events.error());
    co_return Answer{protocol::ok(re), std::move(*events)};
}

}  // namespace ventanilla::desk
