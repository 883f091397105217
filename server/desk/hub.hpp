#pragma once
// Who is connected to this server, and which chats each of them follows. Everybody concerned is told of an entry here,
// in order and once; what a connection missed is read from the log.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "desk/follow.hpp"
#include "desk/recipient.hpp"
#include "protocol/codes.hpp"

namespace ventanilla::desk {

/// One connection in the hub. Sessions make it at hello and give it back when they are gone.
struct Member {
    enum class Kind : std::uint8_t { visitor, agent };
    Kind kind = Kind::visitor;
    std::string person;   ///< visitor or agent id
    std::string channel;  ///< of a visitor's socket
    std::string name;     ///< of a visitor, as known by now; another tab may have said it
    std::string email;
    bool verified = false;  ///< the site vouches for name and e-mail
    std::string device;     ///< of a console
    std::int64_t generation = 0;
    std::string told_states;   ///< of a visitor: the states of its channel it knows (states_of)
    std::string session_hash;  ///< of a console's sign-in
    std::weak_ptr<Recipient> recipient;
    std::int64_t viewed_ticket = 0;  ///< of a console: the ticket that it has open; 0: none
    bool joined = false;             ///< the hub knows it; a member that left follows nothing any more
    bool behind = false;             ///< a chat it follows may have to be read for it once its socket has drained
};
using MemberPtr = std::shared_ptr<Member>;

class Hub {
public:
    using Frames = std::vector<std::string>;
    /// Reads entries after `after`, in order and without a gap; fewer than there are is allowed, none means the end.
    using ReadLog =
        std::function<boost::asio::awaitable<protocol::Result<Frames>>(std::string chat, std::int64_t after)>;
    enum class Role : std::uint8_t { participant, watcher };

    Hub(boost::asio::io_context& io, ReadLog read_log);

    // People
    /// Lets the member expect chats before it is known who it is; `join` follows, or `leave`.
    void admit(const MemberPtr& member);
    void join(const MemberPtr& member);
    /// Forgets the member and all it follows; true if the person has no other connection here.
    bool leave(const MemberPtr& member);
    std::vector<MemberPtr> connections(Member::Kind kind, std::string_view person) const;
    std::size_t count(Member::Kind kind, std::string_view person) const;
    std::size_t count(Member::Kind kind) const;
    void each(Member::Kind kind, const std::function<void(const MemberPtr&)>& call) const;

    // Following a chat: `expect` first, so that nothing which happens while its state is being read is lost; then
    // `begin` with what the client has (`pushed`) and what is known to exist (`last`). Entries that follow `pushed` and are
    // at hand already (`missed`) need not be read again.
    void expect(const std::string& chat, const MemberPtr& member, Role role);
    void begin(const std::string& chat, const MemberPtr& member, std::int64_t pushed, std::int64_t last,
               const Frames& missed = {});
    /// Takes `expect` back, since nothing has come of it. Whom others have let `begin` meanwhile goes on following.
    void unexpect(const std::string& chat, const MemberPtr& member);
    /// Stops following as a participant; one who also watches keeps reading along.
    void unfollow_participant(const std::string& chat, const MemberPtr& member);
    /// Stops watching; one who holds the chat keeps following it.
    void unwatch(const std::string& chat, const MemberPtr& member);
    /// The member is sending a message to the chat. Until `sent`, which comes after the acknowledgement, nothing is read
    /// from the log for it: its own message would reach it as an entry.
    void sending(const std::string& chat, const MemberPtr& member);
    void sent(const std::string& chat, const MemberPtr& member);
    bool follows(const std::string& chat, const MemberPtr& member) const;
    bool participates(const std::string& chat, const MemberPtr& member) const;
    /// Whether somebody of that kind follows the chat, or is about to.
    bool followed_by(const std::string& chat, Member::Kind kind) const;
    std::vector<std::string> participated(const MemberPtr& member) const;
    std::vector<std::string> followed_chats() const;

    // Telling
    /// An entry exists. `origin`, if any, is the connection that sent it and had its acknowledgement.
    void entry(const std::string& chat, std::int64_t seq, const protocol::Bytes& frame, const MemberPtr& origin);
    /// `chat` turned out to reach to `last` without anybody having been told: what its followers lack is read. `origin`
    /// has had the entry `last` by its acknowledgement.
    void repair(const std::string& chat, std::int64_t last, const MemberPtr& origin);
    /// `chat` is known to reach to `last`: sends a tick to its followers and repairs what they missed.
    void tick(const std::string& chat, std::int64_t last);
    /// To everybody who follows the chat and is of that kind, except `without`.
    void tell(const std::string& chat, std::optional<Member::Kind> kind, const protocol::Bytes& frame,
              const std::function<bool(const Member&)>& without) const;
    static void push(const MemberPtr& member, const protocol::Bytes& frame);
    /// The member's socket has drained: catch-ups that waited for it go on.
    void drained(const MemberPtr& member);
    /// Ends every connection, e.g. after this server was thought dead.
    void end_all(protocol::Close code, std::string_view reason);

private:
    struct Follower {
        MemberPtr member;
        Follow follow{0};
        bool participant = false;
        bool watcher = false;
        bool live = false;     ///< begun and not catching up
        bool reading = false;  ///< a catch-up runs
        bool sending = false;  ///< a message of its own is not acknowledged yet
        bool begun = false;
    };
    using Followers = std::vector<Follower>;

    Follower* find(const std::string& chat, const MemberPtr& member);
    const Follower* find(const std::string& chat, const MemberPtr& member) const;
    void unfollow(const std::string& chat, const MemberPtr& member);
    void catch_up(const std::string& chat, Follower& follower);
    boost::asio::awaitable<void> read_missing(std::string chat, MemberPtr member);
    /// Sends the page that follows `after`; true if there is more to read now.
    bool send_page(const std::string& chat, const MemberPtr& member, std::int64_t after, const Frames& frames);

    boost::asio::io_context& io_;
    ReadLog read_log_;
    std::unordered_map<std::string, std::vector<MemberPtr>> visitors_;
    std::unordered_map<std::string, std::vector<MemberPtr>> agents_;
    std::unordered_map<std::string, Followers> chats_;
    std::unordered_map<const Member*, std::vector<std::string>> chats_of_;
};

}  // namespace ventanilla::desk
