#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "desk/convert.hpp"
#include "session/connection.hpp"
#include "session/identity.hpp"
#include "session/paced.hpp"

namespace ventanilla::session {
namespace {

namespace asio = boost::asio;
using desk::Answer;
using desk::Member;
using desk::MemberPtr;
using protocol::Close;
using protocol::Code;

// When to try again with a sixth tab: 4429 keeps a client away as long.
constexpr std::int64_t kTabClosedBy_ms = 60'000;

using Base = Connection<protocol::VisitorRequest, protocol::Hello, desk::VisitorActor>;

tl::unexpected<Turned> turn(protocol::Error error, Close close = Close::bad_hello) {
    return tl::unexpected<Turned>(Turned{std::move(error), close});
}

class VisitorSession final : public Base {
public:
    using Base::Base;

private:
    Decoded decode(std::string_view text, std::int64_t last_id) const override {
        return protocol::decode_visitor(text, last_id);
    }

    asio::awaitable<Greeting> greet(std::int64_t re, protocol::Hello hello) override;
    desk::Task<Answer> carry_out(std::int64_t re, protocol::VisitorRequest request) override;
    void farewell() override;

    asio::awaitable<tl::expected<live::VisitorOpened, Turned>> open(protocol::Hello hello);
    MemberPtr expected(const std::optional<protocol::Resume>& resume);
    void join(MemberPtr member, const live::VisitorOpened& opened);
    desk::Task<std::optional<live::ChatMeta>> find_own(std::string open_chat, std::optional<protocol::Resume> resume);
    protocol::Bytes welcome(std::int64_t re, std::string token, const std::optional<live::ChatMeta>& chat);
};

asio::awaitable<tl::expected<live::VisitorOpened, Turned>> VisitorSession::open(protocol::Hello hello) {
    live::VisitorHello opening;
    if (hello.token) {
        opening.token_hash = actor_.token_hash;
    } else {
        opening.fresh_visitor = random_id("v_");
        opening.fresh_token_hash = actor_.token_hash;
    }
    if (hello.resume) {
        opening.resume_chat = hello.resume->chat;
        opening.resume_after = hello.resume->after;
    }
    opening.channel = hello.channel;
    opening.locale = std::string(protocol::to_string(locale_));
    // A hello that names no page keeps the one known from another tab.
    if (hello.page != protocol::PageInfo{}) opening.page_json = protocol::dump(protocol::to_json(hello.page));
    if (hello.identity) {
        const auto& identity = *hello.identity;
        auto signed_by_site = verified(identity, desk().site.widget.identity_secret, wall_clock_ms());
        if (!signed_by_site) co_return turn(signed_by_site.error());
        opening.has_identity = true;
        opening.verified = *signed_by_site;
        opening.name = identity.name.value_or("");
        opening.email = identity.email.value_or("");
        if (!identity.fields.empty()) opening.fields_json = protocol::dump(nlohmann::json(identity.fields));
    }
    if (!hello.token) {
        const auto excess = sessions_.limits.visitors.take({{}, address()}, steady_ms());
        if (excess) co_return turn(sessions_.limits.refuse(*excess), Close::abuse);
    }
    auto opened = co_await desk().live.visitor_hello(std::move(opening));
    if (opened) co_return std::move(*opened);
    switch (opened.error().code) {
        case Code::unauthenticated: co_return turn(opened.error(), Close::bad_token);
        case Code::slow_down: co_return turn(opened.error(), Close::abuse);
        default: co_return turn(opened.error(), Close::server_failed);
    }
}

/// The chat that this socket goes on with: the one it resumes, else the open one of the channel.
desk::Task<std::optional<live::ChatMeta>> VisitorSession::find_own(std::string open_chat,
                                                                   std::optional<protocol::Resume> resume) {
    const auto chat = resume ? resume->chat : open_chat;
    if (chat.empty()) co_return std::nullopt;
    desk().hub.expect(chat, member_, desk::Hub::Role::participant);
    auto meta = co_await desk().live.attach(chat);
    if (!meta && meta.error().code == Code::not_found) meta = co_await desk::find_chat(desk(), chat);
    if (!meta && meta.error().code != Code::not_found) co_return tl::unexpected(meta.error());
    const bool own = meta && meta->visitor == actor_.id && meta->channel == actor_.channel;
    if (!own || (resume && resume->after > meta->last)) {
        desk().hub.unexpect(chat, member_);
        co_return std::nullopt;
    }
    desk().hub.begin(chat, member_, resume ? resume->after : meta->last, meta->last);
    if (meta->status == "queued") desk().waiting.insert(chat);
    co_return std::move(*meta);
}

/// A member that nobody knows yet. What happens in the chat it resumes, from the moment on in which the store tells how
/// far it reaches, must not pass it by.
MemberPtr VisitorSession::expected(const std::optional<protocol::Resume>& resume) {
    auto member = std::make_shared<Member>();
    member->kind = Member::Kind::visitor;
    desk().hub.admit(member);
    if (resume) desk().hub.expect(resume->chat, member, desk::Hub::Role::participant);
    return member;
}

void VisitorSession::join(MemberPtr member, const live::VisitorOpened& opened) {
    actor_.id = opened.visitor;
    member_ = std::move(member);
    member_->person = actor_.id;
    member_->channel = actor_.channel;
    member_->name = opened.name;
    member_->email = opened.email;
    member_->verified = opened.verified;
    member_->recipient = weak_from_this();
    actor_.member = member_;
    doer_ = {actor_.id, address()};
    desk().hub.join(member_);
}

asio::awaitable<Greeting> VisitorSession::greet(std::int64_t re, protocol::Hello hello) {
    if (desk().site.find_channel(hello.channel) == nullptr) co_return turn({Code::bad_field, "channel"});
    locale_ = protocol::locale_for(hello.locale, locale_);
    actor_.channel = hello.channel;

    auto token = hello.token ? *hello.token : random_token();
    actor_.token_hash = token_hash(token);
    auto member = expected(hello.resume);
    auto opened = co_await open(hello);
    if (!opened) {
        desk().hub.leave(member);
        co_return tl::unexpected(opened.error());
    }
    const auto sockets = static_cast<std::size_t>(desk().site.limits.sockets_per_visitor);
    if (desk().hub.count(Member::Kind::visitor, opened->visitor) >= sockets) {
        desk().hub.leave(member);
        co_return turn(sessions_.limits.refuse({Limit::sockets_per_visitor, kTabClosedBy_ms}), Close::abuse);
    }
    join(std::move(member), *opened);
    if (opened->resumed && opened->resumed->status == "queued") desk().waiting.insert(opened->resumed->id);

    co_await desk().board.refresh();
    protocol::Result<std::optional<live::ChatMeta>> chat = std::move(opened->resumed);
    if (*chat) {
        desk().hub.begin((*chat)->id, member_, hello.resume->after, (*chat)->last, opened->missed);
    } else {
        chat = co_await find_own(opened->chat, hello.resume);
    }
    if (!chat) {
        farewell();
        co_return turn(chat.error(), Close::server_failed);
    }
    co_return Answer{welcome(re, std::move(token), *chat), std::move(opened->events)};
}

protocol::Bytes VisitorSession::welcome(std::int64_t re, std::string token, const std::optional<live::ChatMeta>& chat) {
    protocol::VisitorWelcome welcome;
    welcome.visitor = actor_.id;
    welcome.token = std::move(token);
    welcome.now = wall_clock_ms();
    // By the configuration as it is now: it may have been reloaded while the stores were asked.
    const auto& greeting = sessions_.greetings.of(actor_.channel, welcome.now);
    welcome.limits = greeting.limits;
    welcome.channel = greeting.channel;
    member_->told_states = greeting.states;
    if (chat) welcome.chat = desk::to_wire(*chat);
    return protocol::ok_hello(re, welcome);
}

desk::Task<Answer> VisitorSession::carry_out(std::int64_t re, protocol::VisitorRequest request) {
    auto& d = desk();
    if (auto* start = std::get_if<protocol::ChatStart>(&request)) {
        co_return co_await paced_start(sessions_, actor_, doer_, re, std::move(*start));
    }
    if (auto* typing = std::get_if<protocol::Typing>(&request)) {
        co_return co_await desk::pass_typing(d, actor_, re, std::move(*typing));
    }
    if (auto* read = std::get_if<protocol::Read>(&request)) {
        co_return co_await desk::mark_read(d, actor_, re, std::move(*read));
    }
    if (auto* sync = std::get_if<protocol::ChatSync>(&request)) {
        co_return co_await desk::sync_chat(d, actor_, re, std::move(*sync));
    }
    if (auto* close = std::get_if<protocol::ChatClose>(&request)) {
        co_return co_await desk::close_chat(d, actor_, re, std::move(*close));
    }
    if (auto* rate = std::get_if<protocol::ChatRate>(&request)) {
        co_return co_await desk::rate_chat(d, actor_, re, std::move(*rate));
    }
    if (auto* transcript = std::get_if<protocol::ChatTranscript>(&request)) {
        co_return co_await desk::request_transcript(d, actor_, re, std::move(*transcript));
    }
    co_return co_await desk::change_page(d, actor_, re, std::move(std::get<protocol::Page>(request)));
}

void VisitorSession::farewell() {
    const bool last = desk().hub.leave(member_);
    member_.reset();
    if (!last) return;
    // Not tied to this session, which is going: the store must hear of it in any case.
    auto leave = [](desk::Desk& d, std::string visitor, std::string token_hash) -> asio::awaitable<void> {
        if (d.hub.count(Member::Kind::visitor, visitor) > 0) co_return;
        auto events = co_await d.live.visitor_gone(std::move(visitor), std::move(token_hash));
        if (events) desk::dispatch(d, std::move(*events));
    };
    asio::co_spawn(desk().io, leave(desk(), actor_.id, actor_.token_hash), asio::detached);
}

}  // namespace

std::shared_ptr<web::SocketEvents> visitor_session(Sessions& sessions, protocol::Locale locale) {
    return std::make_shared<VisitorSession>(sessions, locale);
}

}  // namespace ventanilla::session
