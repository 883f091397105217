#pragma once
// What visitors and agents have in common: requests with rising ids, replies in their order, entries of a log.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loadtest/crowd/board.hpp"
#include "loadtest/crowd/incoming.hpp"
#include "loadtest/wire/connection.hpp"

namespace ventanilla::load {

class Client;
class Visitor;
class Agent;

/// A request that waits for its reply.
struct Asked {
    enum class What : std::uint8_t { hello, start, send, sync, close, state, transfer, rate, other };
    std::uint64_t id = 0;
    std::uint64_t intended = 0;  ///< when it was to be sent
    std::uint32_t chat = 0;
    std::uint32_t number = 0;  ///< of the message
    What what = What::other;
};

/// Told by the clients; each order of a run does its part of the work here.
class Observer {
public:
    virtual ~Observer() = default;
    virtual void visitor_welcome(Visitor&) {}
    virtual void visitor_started(Visitor&) {}
    virtual void visitor_assigned(Visitor&) {}
    virtual void visitor_heard(Visitor&) {}   ///< a message of the agent
    virtual void visitor_closed(Visitor&) {}  ///< its chat
    virtual void visitor_gone(Visitor&) {}    ///< the socket, not by our doing
    virtual void agent_welcome(Agent&) {}
    virtual void agent_online(Agent&) {}
    virtual void agent_assigned(Agent&, std::uint32_t /*chat*/) {}
    virtual void agent_heard(Agent&, std::uint32_t /*chat*/) {}
    virtual void agent_closed(Agent&, std::uint32_t /*chat*/) {}
    virtual void agent_gone(Agent&) {}
    virtual void visitor_acked(Visitor&) {}
    virtual void agent_acked(Agent&) {}
};

/// A request that the store did not take, to be made again.
struct Retry {
    std::uint64_t at;
    Client* client;
    Asked asked;
};

/// What all clients of one worker share.
struct World {
    Loop& loop;
    const Target& target;
    Checker& checker;
    WorkerBoard& board;
    Observer* observer;
    std::string channel;
    std::string department;
    std::string tag;          ///< of this run, behind every client_id
    std::string filler;       ///< what a message's text has after its time
    bool agents_sync = true;  ///< agents read what was said before they got a chat
    std::vector<Retry> retries = {};
    std::vector<Agent*> readers = {};         ///< agents who have logs to read, and may not yet
    bool may_be_refused = false;              ///< `offline` and the like are part of the scenario
    std::vector<const Client*> holders = {};  ///< the agent who has a chat, by the checker's numbers

    const Client*& holder(std::uint32_t chat) {
        if (chat >= holders.size()) holders.resize(std::max<std::size_t>(std::size_t{chat} + 1, holders.size() * 2));
        return holders[chat];
    }
};

class Client : public Connection::Listener {
public:
    Client(World& world, Side side, std::size_t index)
        : world_(world), connection_(world.loop, world.target, *this), side_(side), index_(index) {}
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] std::size_t index() const noexcept { return index_; }
    [[nodiscard]] bool welcome() const noexcept { return welcome_; }
    /// Messages that wait for their acknowledgement.
    [[nodiscard]] std::size_t unacked() const noexcept { return unacked_; }

    /// Sends the next message of this side in `chat`, meant for `intended`; without a connection, once there is one.
    void say(std::uint32_t chat, std::uint64_t intended);
    /// Makes a request again that was refused with `unavailable`.
    void retry(const Asked& asked);
    /// Loses the socket without a word.
    void vanish();
    /// Says goodbye.
    void leave() { connection_.close(1000); }
    void stick(bool stuck) { connection_.pause(stuck); }

    void on_open() override;
    void on_text(std::string_view text) override;
    void on_closed(int code, std::string_view why) override;

protected:
    ~Client() = default;

    void open(std::string_view path, std::string_view bearer);
    virtual void say_hello() = 0;
    virtual void on_reply(const Asked& asked, const Incoming& in) = 0;
    virtual void on_event(const Incoming& in, std::string_view frame) = 0;
    virtual void on_acked() = 0;
    /// Makes a request other than a message again.
    virtual void ask_again(const Asked& asked) = 0;
    /// Some other request than a message was refused, and that may be.
    virtual void on_refused(const Asked& asked) = 0;
    /// The socket ended, not by our doing.
    virtual void on_gone() = 0;

    /// Sends `{"type":TYPE,"id":N` + `rest` + `}`.
    void ask(Asked asked, std::string_view type, std::string_view rest);
    /// Takes an entry of `chat` into the account; true for a message of the other side.
    bool take_entry(std::uint32_t chat, const Incoming& in);
    void send_message(std::uint32_t chat, std::uint32_t number, std::uint64_t intended);
    /// Sends again what had no acknowledgement when the socket went, with the same client_ids.
    void say_again();

    World& world_;
    Connection connection_;
    std::uint64_t opened_at_ = 0;
    Side side_;
    bool welcome_ = false;

    /// Requests whose answers have not come.
    [[nodiscard]] std::size_t unanswered() const { return asked_.size() - answered_; }

private:
    void transmit(std::uint64_t id, std::string_view json);
    void take_reply(const Incoming& in);
    bool try_again(const Asked& asked, const Incoming& in);
    void take_error(const Asked& asked, const Incoming& in);
    void take_socketio(std::string_view text);
    void take_json(std::string_view json);
    void acknowledge(const Asked& asked, const Incoming& in);
    Asked first_asked();
    void forget_requests();

    std::vector<Asked> asked_;
    std::vector<Asked> again_;
    std::size_t answered_ = 0;
    std::size_t index_;
    std::size_t unacked_ = 0;
    std::uint64_t next_id_ = 1;
};

}  // namespace ventanilla::load
