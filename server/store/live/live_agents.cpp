// Agents, their sessions and consoles, and the queues that they look at.

#include "store/live/live_state.hpp"

namespace ventanilla::live {

using nlohmann::json;
using protocol::Code;

namespace {

// A function that answers {events}.
Task<Events> events_from(std::shared_ptr<LiveStore::State> state, Call call) {
    auto answer = co_await state->run_json(std::move(call));
    if (!answer) co_return tl::unexpected(answer.error());
    co_return events_of(*answer);
}

Task<std::vector<AgentMeta>> agents_from(std::shared_ptr<LiveStore::State> state, std::vector<std::string> ids) {
    Call call{fn::agents, "agents", {key::meta}, std::move(ids), true};
    auto words = co_await state->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    std::vector<AgentMeta> agents;
    for (const auto& word : *words) agents.push_back(agent_of(json_of(word)));
    co_return agents;
}

json to_json(const AgentMeta& agent) {
    return {{"id", agent.id},
            {"username", agent.username},
            {"name", agent.name},
            {"role", agent.role},
            {"departments", agent.departments},
            {"capacity", agent.capacity},
            {"revision", agent.revision},
            {"credentials", agent.credentials},
            {"disabled", agent.disabled}};
}

}  // namespace

Task<Events> LiveStore::agent_put(AgentMeta agent) {
    return events_from(state_, Call{fn::agent_put, agent.id, {key::agent(agent.id)}, {to_json(agent).dump()}, true});
}

Task<void> LiveStore::session_create(std::string session_hash, std::string agent, std::int64_t now_ms) {
    Call call{fn::session_create,
              agent,
              {key::session(session_hash), key::agent(agent)},
              {session_hash, agent, std::to_string(now_ms)}};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    co_return protocol::Result<void>();
}

Task<AgentMeta> LiveStore::session_check(std::string session_hash, std::int64_t now_ms) {
    Call call{fn::session_check, session_hash, {key::session(session_hash)}, {std::to_string(now_ms)}};
    auto answer = co_await state_->run_json(std::move(call));
    if (!answer) co_return tl::unexpected(answer.error());
    co_return agent_of(*answer);
}

Task<Events> LiveStore::session_end(std::string session_hash) {
    return events_from(state_, Call{fn::session_end, session_hash, {key::session(session_hash)}, {session_hash}, true});
}

Task<AgentOpened> LiveStore::agent_hello(AgentHello hello) {
    Call call{fn::agent_hello, hello.agent, {key::agent(hello.agent)}, {hello.agent, hello.device}};
    auto answer = co_await state_->run_json(std::move(call));
    if (!answer) co_return tl::unexpected(answer.error());
    AgentOpened opened;
    opened.agent = agent_of(answer->value("agent", json::object()));
    opened.generation = answer->value("generation", std::int64_t{0});
    for (const auto& item : items_of(*answer, "chats")) opened.chats.push_back(chat_of(item));
    for (const auto& item : items_of(*answer, "visitors")) opened.visitors.push_back(visitor_of(item));
    opened.events = events_of(*answer);
    co_return opened;
}

Task<Events> LiveStore::agent_gone(std::string agent, std::string device, std::int64_t generation) {
    Call call{fn::agent_gone, agent, {key::agent(agent)}, {agent, device, std::to_string(generation)}};
    auto answer = co_await state_->run_json(std::move(call));
    if (!answer && answer.error().code == Code::unavailable && !state_->fenced) {
        state_->consoles_gone.push_back({agent, device, generation});
    }
    if (!answer) co_return tl::unexpected(answer.error());
    co_return events_of(*answer);
}

Task<Changed> LiveStore::state_set(std::string agent, std::string state) {
    Call call{fn::state_set, agent, {key::agent(agent)}, {agent, state}};
    auto answer = co_await state_->run_json(std::move(call));
    if (!answer) co_return tl::unexpected(answer.error());
    co_return changed_of(*answer);
}

Task<AgentMeta> LiveStore::agent(std::string agent) {
    std::vector<std::string> one{agent};
    auto found = co_await agents_from(state_, std::move(one));
    if (!found) co_return tl::unexpected(found.error());
    if (found->empty()) co_return protocol::fail(Code::not_found);
    co_return std::move(found->front());
}

Task<std::vector<AgentMeta>> LiveStore::agents() {
    return agents_from(state_, {});
}

Task<std::vector<QueueSnapshot>> LiveStore::queues() {
    Call call{fn::queues, "queues", {key::meta}, {}, true};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    std::vector<QueueSnapshot> queues;
    for (const auto& word : *words) queues.push_back(queue_of(json_of(word)));
    co_return queues;
}

}  // namespace ventanilla::live
