#pragma once
// The desk: what visitors and agents can do. One file per command; each asks a store to make it true and says what is to
// be answered and told. Nothing here blocks and nothing here is kept that matters.

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/site.hpp"
#include "desk/actor.hpp"
#include "desk/board.hpp"
#include "desk/hub.hpp"
#include "desk/viewing.hpp"
#include "protocol/frames.hpp"
#include "protocol/limits.hpp"
#include "store/live/live_store.hpp"
#include "store/record/types.hpp"
#include "store/record/worker.hpp"
#include "ticketing/commands.hpp"

namespace ventanilla::desk {

using live::Task;

/// The services that commands work with, and what connected people share.
struct Desk {
    Desk(boost::asio::io_context& loop, const config::Site& configuration, live::LiveStore& live_store,
         record::Worker& record_worker);

    boost::asio::io_context& io;
    const config::Site& site;
    live::LiveStore& live;
    record::Worker& record;
    Hub hub;
    Board board;
    /// Chats that wait and are followed here: their visitors are told of their place.
    std::set<std::string> waiting;
    Viewing viewing;
    /// Chats whose visitors have come, gone or moved on, with the visitor: their consoles are told (visitor_news.cpp).
    std::map<std::string, std::string> changed_visitors;
    bool telling_visitors = false;
    /// One delivery of promised log entries at a time (ticket_log.cpp): whether one runs, and whether there is more by now.
    bool delivering = false;
    bool deliver_again = false;
    /// The rules of tickets as the configuration is now; set by whoever starts the server. Commands keep what they get.
    std::function<ticketing::PolicyPtr()> ticket_policy = {};
};

/// A chat with entries after `after` from where they are now: Redis first, then SQL. At most `limit`, and so many bytes as
/// a socket takes at once; none only if there are none.
struct ChatLog {
    live::ChatMeta meta;
    std::vector<std::string> frames;
    bool past = false;  ///< it came from SQL
};
Task<ChatLog> read_chat(Desk& desk, std::string chat, std::int64_t after, std::int64_t limit);
/// The chat without entries.
Task<live::ChatMeta> find_chat(Desk& desk, std::string chat);
/// Whether the agent may read the chat: by its department, as its holder, or because they may read a ticket that came of
/// it (protocol.md 3.5).
Task<bool> may_read_chat(Desk& desk, live::AgentMeta agent, live::ChatMeta chat);
/// VISITOR of a chat that is open, with how many chats came before (nothing while SQL is away).
Task<protocol::Visitor> load_visitor(Desk& desk, std::string visitor);

/// Tells everybody concerned. `origin` is the connection whose command caused the events, if any.
void dispatch(Desk& desk, live::Events events, const MemberPtr& origin = nullptr);

/// Makes the consoles of this server show what the live store says, whatever news was lost: chats that their agents hold
/// or hold no longer, sessions that have ended.
boost::asio::awaitable<void> compare_consoles(Desk& desk);

// Visitors. Errors are those of protocol.md 2.1; `re` is the request's id.
Task<Answer> start_chat(Desk& desk, VisitorActor actor, std::int64_t re, protocol::ChatStart request, bool paced);
Task<Answer> rate_chat(Desk& desk, VisitorActor actor, std::int64_t re, protocol::ChatRate request);
Task<Answer> request_transcript(Desk& desk, VisitorActor actor, std::int64_t re, protocol::ChatTranscript request);
Task<Answer> change_page(Desk& desk, VisitorActor actor, std::int64_t re, protocol::Page request);

// Both sides.
/// message.send with a file.
Task<Answer> send_file(Desk& desk, VisitorActor actor, std::int64_t re, protocol::MessageSend request, bool paced);
Task<Answer> send_file(Desk& desk, AgentActor actor, std::int64_t re, protocol::MessageSend request, bool paced);
/// message.send with a text, in two steps for the sake of the many: what the live store is to append, and the answer when it
/// has (`answer_sent`) or has not (`answer_unsent`).
live::Append text_append(const VisitorActor& actor, protocol::MessageSend request, bool paced);
live::Append text_append(const AgentActor& actor, protocol::MessageSend request, bool paced);
Answer answer_sent(Desk& desk, const MemberPtr& origin, std::int64_t re, const live::Append& append,
                   const live::Appended& done);
Task<Answer> answer_unsent(Desk& desk, VisitorActor actor, std::int64_t re, live::Append append, protocol::Error why);
Task<Answer> answer_unsent(Desk& desk, AgentActor actor, std::int64_t re, live::Append append, protocol::Error why);
/// The answer to what was carried out with the entry `seq`. Without events it was so before, maybe unseen: its asker was
/// told `unavailable`, or another server did it. Who follows the chat here and lacks the entry is sent it.
Answer answer_seq(Desk& desk, std::int64_t re, const std::string& chat, std::int64_t seq, live::Events events = {});
Task<Answer> pass_typing(Desk& desk, VisitorActor actor, std::int64_t re, protocol::Typing request);
Task<Answer> pass_typing(Desk& desk, AgentActor actor, std::int64_t re, protocol::Typing request);
Task<Answer> mark_read(Desk& desk, VisitorActor actor, std::int64_t re, protocol::Read request);
Task<Answer> mark_read(Desk& desk, AgentActor actor, std::int64_t re, protocol::Read request);
Task<Answer> sync_chat(Desk& desk, VisitorActor actor, std::int64_t re, protocol::ChatSync request);
Task<Answer> sync_chat(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatSync request);
Task<Answer> close_chat(Desk& desk, VisitorActor actor, std::int64_t re, protocol::ChatClose request);
Task<Answer> close_chat(Desk& desk, AgentActor actor, std::int64_t re, protocol::AgentClose request);

// Agents.
Task<Answer> set_state(Desk& desk, AgentActor actor, std::int64_t re, protocol::StateSet request);
Task<Answer> take_chat(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatTake request);
Task<Answer> transfer_chat(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatTransfer request);
Task<Answer> add_note(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatNote request);
Task<Answer> watch_chat(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatWatch request);
Task<Answer> unwatch_chat(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatUnwatch request);
Task<Answer> set_priority(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatPriority request);
Task<Answer> open_ticket(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatTicket request);
Task<Answer> view_ticket(Desk& desk, AgentActor actor, std::int64_t re, protocol::TicketView request);

/// An event that no chat is about, to the other servers; kept nowhere.
void broadcast(Desk& desk, live::Event event);
/// Tells the consoles, here and on the other servers, that a ticket is new or has changed; `before` is what it was.
void tell_ticket(Desk& desk, const record::TicketRecord& now, const record::TicketRecord* before);
/// The same for a ticket of another server's.
void tell_ticket_here(Desk& desk, const live::Event& event);

/// How long anybody waits for chats_before: with SQL away or busy it is left out.
inline constexpr std::chrono::milliseconds kCountPatience{500};

/// CHAT and VISITOR, as the replies to take and watch carry them.
Task<Answer> answer_with_visitor(Desk& desk, std::int64_t re, live::ChatMeta meta, live::Events events);

}  // namespace ventanilla::desk
