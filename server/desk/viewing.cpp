#include "desk/viewing.hpp"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/random.hpp"
#include "protocol/encode.hpp"
#include "tickets/sla.hpp"

namespace ventanilla::desk {
namespace {

using nlohmann::json;

json tickets_json(const std::map<std::int64_t, std::map<std::string, std::string>>& tickets) {
    auto object = json::object();
    for (const auto& [number, agents] : tickets) object[std::to_string(number)] = agents;
    return object;
}

}  // namespace

Viewing::Viewing(Hub& hub, Publish publish) : hub_(hub), publish_(std::move(publish)), self_(random_id("n_")) {}

void Viewing::view(const MemberPtr& member, std::int64_t number, std::string name) {
    names_[member->person] = std::move(name);
    const auto before = std::exchange(member->viewed_ticket, number);
    if (before == number) return;
    if (before != 0) changed(before);
    if (number != 0) changed(number);
}

void Viewing::left(const MemberPtr& member) {
    const auto before = std::exchange(member->viewed_ticket, 0);
    if (hub_.count(Member::Kind::agent, member->person) == 0) names_.erase(member->person);
    if (before != 0) changed(before);
}

void Viewing::changed(std::int64_t number) {
    publish({{number, here(number)}}, false);
    tell({number});
}

void Viewing::publish(const Tickets& tickets, bool all) {
    live::Event event;
    event.kind = live::Event::Kind::viewing;
    event.sender = self_;
    event.reason = protocol::dump({{"all", all}, {"tickets", tickets_json(tickets)}});
    publish_(std::move(event));
}

void Viewing::heard(const live::Event& event) {
    const auto news = json::parse(event.reason, nullptr, false);
    if (event.sender.empty() || event.sender == self_ || !news.is_object() || !news.contains("tickets")) return;
    auto& server = others_[event.sender];
    server.silent = false;
    std::set<std::int64_t> numbers;
    if (news.value("all", false)) {
        for (const auto& [number, agents] : server.tickets) numbers.insert(number);
        server.tickets.clear();
    }
    for (const auto& [text, agents] : news.at("tickets").items()) {
        const auto number = std::strtoll(text.c_str(), nullptr, 10);
        numbers.insert(number);
        server.tickets.erase(number);
        if (!agents.empty()) server.tickets[number] = agents.get<Agents>();
    }
    tell(numbers);
}

void Viewing::refresh() {
    std::set<std::int64_t> numbers;
    for (auto server = others_.begin(); server != others_.end();) {
        if (!std::exchange(server->second.silent, true)) {
            ++server;
            continue;
        }
        for (const auto& [number, agents] : server->second.tickets) numbers.insert(number);
        server = others_.erase(server);
    }
    Tickets own;
    hub_.each(Member::Kind::agent, [&](const MemberPtr& member) {
        if (member->viewed_ticket != 0) own[member->viewed_ticket][member->person] = names_[member->person];
    });
    // Also when there is nothing to tell: that is how the others know that this server is not silent.
    publish(own, true);
    tell(numbers);
}

Viewing::Agents Viewing::here(std::int64_t number) const {
    Agents found;
    hub_.each(Member::Kind::agent, [&](const MemberPtr& member) {
        if (member->viewed_ticket != number) return;
        const auto name = names_.find(member->person);
        if (name != names_.end()) found.insert(*name);
    });
    return found;
}

std::vector<protocol::AgentRef> Viewing::agents(std::int64_t number) const {
    auto found = here(number);
    for (const auto& [id, server] : others_) {
        const auto there = server.tickets.find(number);
        if (there != server.tickets.end()) found.insert(there->second.begin(), there->second.end());
    }
    std::vector<protocol::AgentRef> list;
    for (auto& [id, name] : found) list.push_back({id, name});
    std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return list;
}

void Viewing::tell(const std::set<std::int64_t>& numbers) {
    if (numbers.empty()) return;
    std::map<std::int64_t, protocol::Bytes> frames;
    hub_.each(Member::Kind::agent, [&](const MemberPtr& member) {
        if (!numbers.contains(member->viewed_ticket)) return;
        auto& frame = frames[member->viewed_ticket];
        if (!frame)
            frame = protocol::viewing(tickets::number_text(member->viewed_ticket), agents(member->viewed_ticket));
        Hub::push(member, frame);
    });
}

}  // namespace ventanilla::desk
