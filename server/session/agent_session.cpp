#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "desk/convert.hpp"
#include "protocol/limits.hpp"
#include "session/connection.hpp"
#include "store/record/chats.hpp"

namespace ventanilla::session {
namespace {

namespace asio = boost::asio;
using desk::Answer;
using desk::Member;
using protocol::Close;
using protocol::Code;

using Base = Connection<protocol::AgentRequest, protocol::AgentHello, desk::AgentActor>;

class AgentSession final : public Base {
public:
    AgentSession(Sessions& sessions, protocol::Locale locale, live::AgentMeta agent, std::string session_hash)
        : Base(sessions, locale), session_hash_(std::move(session_hash)) {
        actor_.agent = std::move(agent);
    }

private:
    Decoded decode(std::string_view text, std::int64_t last_id) const override {
        return protocol::decode_agent(text, last_id);
    }

    asio::awaitable<Greeting> greet(std::int64_t re, protocol::AgentHello hello) override;
    desk::Task<Answer> carry_out(std::int64_t re, protocol::AgentRequest request) override;
    desk::Task<Answer> carry_out_own(std::int64_t re, protocol::AgentRequest request);
    void farewell() override;

    void join(const live::AgentOpened& opened, std::string device);
    asio::awaitable<void> follow(live::AgentOpened& opened);
    asio::awaitable<std::vector<protocol::HeldChat>> held_chats(const live::AgentOpened& opened);

    std::string session_hash_;
};

void AgentSession::join(const live::AgentOpened& opened, std::string device) {
    actor_.agent = opened.agent;
    member_ = std::make_shared<Member>();
    member_->kind = Member::Kind::agent;
    member_->person = actor_.agent.id;
    member_->device = std::move(device);
    member_->generation = opened.generation;
    member_->session_hash = session_hash_;
    member_->recipient = weak_from_this();
    actor_.member = member_;
    doer_ = {actor_.agent.id};
    desk().hub.join(member_);
}

/// Follows the chats of the hello, and makes them what they are by now: what happened between the hello and `expect` was
/// told to nobody here.
asio::awaitable<void> AgentSession::follow(live::AgentOpened& opened) {
    std::vector<std::string> ids;
    for (const auto& chat : opened.chats) {
        desk().hub.expect(chat.id, member_, desk::Hub::Role::participant);
        ids.push_back(chat.id);
    }
    if (ids.empty()) co_return;
    const auto now = co_await desk().live.chats(std::move(ids));
    auto& chats = opened.chats;
    for (std::size_t i = chats.size(); i-- > 0;) {
        const auto at = static_cast<std::ptrdiff_t>(i);
        if (now) {
            const auto found =
                std::find_if(now->begin(), now->end(), [&](const auto& item) { return item.id == chats[i].id; });
            if (found != now->end()) chats[i] = *found;
        }
        if (chats[i].status == "assigned" && chats[i].agent == actor_.agent.id) {
            desk().hub.begin(chats[i].id, member_, chats[i].last, chats[i].last);
        } else {
            desk().hub.unfollow_participant(chats[i].id, member_);
            chats.erase(chats.begin() + at);
            opened.visitors.erase(opened.visitors.begin() + at);
        }
    }
}

asio::awaitable<std::vector<protocol::HeldChat>> AgentSession::held_chats(const live::AgentOpened& opened) {
    std::vector<std::string> people;
    for (const auto& visitor : opened.visitors) people.push_back(visitor.id);
    auto count = [people](record::Database& database) {
        return record::ChatRepository(database).counts_by_visitor(people);
    };
    protocol::Result<std::vector<std::int64_t>> counts;
    if (!people.empty()) counts = co_await desk().record.run(std::move(count), desk::kCountPatience);
    std::vector<protocol::HeldChat> held;
    for (std::size_t i = 0; i < opened.chats.size() && i < opened.visitors.size(); ++i) {
        std::optional<std::int64_t> before;
        if (counts && i < counts->size()) before = (*counts)[i];
        held.push_back({desk::to_wire(opened.chats[i]), desk::to_wire(opened.visitors[i], before)});
    }
    co_return held;
}

asio::awaitable<Greeting> AgentSession::greet(std::int64_t re, protocol::AgentHello hello) {
    // A named value: g++ 12 destroys a braced temporary within a co_await twice.
    live::AgentHello opening{actor_.agent.id, hello.device};
    auto opened = co_await desk().live.agent_hello(std::move(opening));
    if (!opened) {
        const bool ended = opened.error().code == Code::unauthenticated || opened.error().code == Code::not_found;
        co_return tl::unexpected<Turned>(Turned{ended ? protocol::Error{Code::unauthenticated} : opened.error(),
                                                ended ? Close::bad_token : Close::server_failed});
    }
    join(*opened, std::move(hello.device));
    co_await follow(*opened);
    desk().board.touch();
    co_await desk().board.refresh();

    protocol::AgentWelcome welcome;
    welcome.agent = desk::to_self(opened->agent);
    welcome.state = desk::state_of(opened->agent);
    welcome.chats = co_await held_chats(*opened);
    welcome.queues = desk().board.wire_queues(actor_.agent);
    welcome.agents = desk().board.wire_agents();
    welcome.now = wall_clock_ms();
    const auto& limits = desk().site.limits;
    welcome.limits = protocol::limits_json(limits.messages_per_s, limits.message_burst, limits.sockets_per_visitor);
    co_return Answer{protocol::ok_hello(re, welcome), std::move(opened->events)};
}

desk::Task<Answer> AgentSession::carry_out(std::int64_t re, protocol::AgentRequest request) {
    auto& d = desk();
    if (auto* typing = std::get_if<protocol::Typing>(&request)) {
        co_return co_await desk::pass_typing(d, actor_, re, std::move(*typing));
    }
    if (auto* read = std::get_if<protocol::Read>(&request)) {
        co_return co_await desk::mark_read(d, actor_, re, std::move(*read));
    }
    if (auto* sync = std::get_if<protocol::ChatSync>(&request)) {
        co_return co_await desk::sync_chat(d, actor_, re, std::move(*sync));
    }
    if (auto* close = std::get_if<protocol::AgentClose>(&request)) {
        co_return co_await desk::close_chat(d, actor_, re, std::move(*close));
    }
    co_return co_await carry_out_own(re, std::move(request));
}

desk::Task<Answer> AgentSession::carry_out_own(std::int64_t re, protocol::AgentRequest request) {
    auto& d = desk();
    if (auto* state = std::get_if<protocol::StateSet>(&request)) {
        co_return co_await desk::set_state(d, actor_, re, *state);
    }
    if (auto* take = std::get_if<protocol::ChatTake>(&request)) {
        co_return co_await desk::take_chat(d, actor_, re, std::move(*take));
    }
    if (auto* note = std::get_if<protocol::ChatNote>(&request)) {
        co_return co_await desk::add_note(d, actor_, re, std::move(*note));
    }
    if (auto* transfer = std::get_if<protocol::ChatTransfer>(&request)) {
        co_return co_await desk::transfer_chat(d, actor_, re, std::move(*transfer));
    }
    if (auto* ticket = std::get_if<protocol::ChatTicket>(&request)) {
        co_return co_await desk::open_ticket(d, actor_, re, std::move(*ticket));
    }
    if (auto* watch = std::get_if<protocol::ChatWatch>(&request)) {
        co_return co_await desk::watch_chat(d, actor_, re, std::move(*watch));
    }
    if (auto* unwatch = std::get_if<protocol::ChatUnwatch>(&request)) {
        co_return co_await desk::unwatch_chat(d, actor_, re, std::move(*unwatch));
    }
    if (auto* view = std::get_if<protocol::TicketView>(&request)) {
        co_return co_await desk::view_ticket(d, actor_, re, std::move(*view));
    }
    co_return co_await desk::set_priority(d, actor_, re, std::move(std::get<protocol::ChatPriority>(request)));
}

void AgentSession::farewell() {
    const auto device = member_->device;
    const auto generation = member_->generation;
    desk().hub.leave(member_);
    desk().viewing.left(member_);
    member_.reset();
    auto leave = [](desk::Desk& d, std::string agent, std::string console,
                    std::int64_t number) -> asio::awaitable<void> {
        auto events = co_await d.live.agent_gone(std::move(agent), std::move(console), number);
        if (events) desk::dispatch(d, std::move(*events));
    };
    asio::co_spawn(desk().io, leave(desk(), actor_.agent.id, device, generation), asio::detached);
}

}  // namespace

std::shared_ptr<web::SocketEvents> agent_session(Sessions& sessions, protocol::Locale locale, live::AgentMeta agent,
                                                 std::string session_hash) {
    return std::make_shared<AgentSession>(sessions, locale, std::move(agent), std::move(session_hash));
}

}  // namespace ventanilla::session
