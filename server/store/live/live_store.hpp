#pragma once
// The live store: what is happening, in Redis. One method per Redis function; every decision two could race for is
// one atomic call. See functions/*.lua for guarantees, and docs/live-store.md for keys.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/codes.hpp"
#include "store/live/types.hpp"

namespace ventanilla::live {

template <typename T>
using Task = boost::asio::awaitable<protocol::Result<T>>;

class RedisPool;

class LiveStore {
public:
    /// `site` becomes the hash tag of every key. The pool must outlive the store.
    LiveStore(boost::asio::io_context& io, RedisPool& pool, std::string site);
    ~LiveStore();
    LiveStore(const LiveStore&) = delete;
    LiveStore& operator=(const LiveStore&) = delete;

    /// Loads the function library, registers a new incarnation of this server and writes the routing configuration. Another
    /// store than `expected` is left as it is: unavailable.
    Task<void> start(std::string routing_json, std::string routing_version, ExpectedStore expected = {});
    /// Gives the incarnation up (drain): its visitors and consoles count as gone.
    Task<void> stop();
    const std::string& incarnation() const;
    /// Called with events that other servers caused; set before start().
    void on_event(std::function<void(Event)> handler);
    /// Called when this incarnation was fenced (it was thought dead): drop all sockets with 1012 and call start() again.
    void on_fenced(std::function<void()> handler);
    /// Called when events may have been lost (after each (re)connect of the subscription, and when the answer of a command
    /// came too late or not at all): compare all chats and agents of this server with the store.
    void on_missed(std::function<void()> handler);

    struct State;  ///< for live_*.cpp

    // Visitors
    Task<VisitorOpened> visitor_hello(VisitorHello hello);
    Task<Events> visitor_gone(std::string visitor, std::string token_hash);
    Task<Events> visitor_page(std::string visitor, std::string page_json);
    Task<VisitorMeta> visitor(std::string visitor);
    Task<std::vector<VisitorMeta>> visitors(std::vector<std::string> ids);  ///< unknown ids are left out
    Task<std::string> visitor_check(std::string token_hash);  ///< the visitor's id; unauthenticated if unknown

    // Chats. `agent` is the caller; rights beyond holding a chat are the desk's business.
    Task<Started> chat_start(StartChat start);
    Task<Appended> append(Append append);
    void append(std::unique_ptr<Appending> appending);
    Task<LogPage> read_log(std::string chat, std::int64_t after, std::int64_t limit);
    Task<ChatMeta> chat(std::string chat);
    Task<std::vector<ChatMeta>> chats(std::vector<std::string> ids);  ///< unknown ids are left out
    /// Those that wait and those that are held, newest first.
    Task<std::vector<OpenChat>> open_chats(OpenQuery query);
    /// This server has a socket that follows the chat (resume, watch): events are published to it from now on.
    Task<ChatMeta> attach(std::string chat);
    Task<Changed> read_mark(std::string chat, std::string role, std::string who, std::int64_t seq);
    /// Passes typing on; an agent's typing pauses the answer clock. `frame` is the finished event.
    Task<ChatMeta> typing(std::string chat, std::string role, std::string who, std::string frame);
    Task<ChatMeta> note(std::string chat, NoteToKeep note);
    /// The log says that the ticket was opened, once for each number. `rest` as in Append.
    Task<Changed> log_ticket(std::string chat, std::string number, std::string rest);
    Task<Changed> rate(std::string chat, std::string visitor, std::string rest);
    Task<Changed> close(std::string chat, std::string by, std::string who, std::string outcome);
    Task<Changed> take(std::string chat, std::string agent, bool take_over);
    Task<Changed> take_head(std::string department, std::string agent);
    /// With `note`, if there is one, kept in the same step.
    Task<Changed> transfer_to_agent(std::string chat, std::string agent, std::string to,
                                    std::optional<NoteToKeep> note = {});
    Task<Changed> transfer_to_department(std::string chat, std::string agent, std::string department,
                                         std::optional<NoteToKeep> note = {});
    Task<Changed> set_priority(std::string chat, int priority);
    Task<std::string> decisions(std::string chat);  ///< JSON array for `why`
    Task<std::vector<ArchiveNote>> notes(std::string chat);

    // Agents
    Task<Events> agent_put(AgentMeta agent);  ///< written at sign-in and at change; disabled ends all sessions
    Task<void> session_create(std::string session_hash, std::string agent, std::int64_t now_ms);
    Task<AgentMeta> session_check(std::string session_hash, std::int64_t now_ms);  ///< unauthenticated if unknown
    Task<Events> session_end(std::string session_hash);
    Task<AgentOpened> agent_hello(AgentHello hello);
    Task<Events> agent_gone(std::string agent, std::string device, std::int64_t generation);
    Task<Changed> state_set(std::string agent, std::string state);  ///< meta is empty
    Task<AgentMeta> agent(std::string agent);
    Task<std::vector<AgentMeta>> agents();
    Task<std::vector<QueueSnapshot>> queues();

    /// Published to all other servers, where it comes as an event of that kind (ticket or viewing); kept nowhere.
    Task<void> broadcast(Event event);

    // Counters that several servers share: log-in failures. True while `key` is below `limit` in the window.
    Task<bool> allowed(std::string key, std::int64_t limit);
    Task<void> count_failure(std::string key, std::int64_t window_s);
    /// Counts, and tells how many there are in the window with this one: of many at once each hears another number.
    Task<std::int64_t> count(std::string key, std::int64_t window_s);

    /// Takes back one that was counted: it turned out not to count.
    Task<void> uncount(std::string key);

    // Housekeeping; called once a second by every server.
    Task<Swept> sweep();
    /// Chats for the record, handed to this caller: at most so many, and again after 5 s if they are still there.
    Task<std::vector<std::string>> closing(std::size_t most);
    Task<ArchiveChat> archive_load(std::string chat);
    /// Deletes the chat if `last` is still its end: true. False: there is more, archive again.
    Task<bool> archived(std::string chat, std::int64_t last);
    /// `last` of each chat, for ticks. Unknown chats are left out.
    Task<std::vector<std::pair<std::string, std::int64_t>>> lasts(std::vector<std::string> chats);

private:
    std::shared_ptr<State> state_;
};

}  // namespace ventanilla::live
