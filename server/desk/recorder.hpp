#pragma once
// Brings closed chats from the live store to the record, many of them in one transaction (live-store.md, "Closing and the
// record"). Any server may do so, any number of times.

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "desk/desk.hpp"
#include "desk/ticket_log.hpp"

namespace ventanilla::desk {

class Recorder {
public:
    explicit Recorder(Desk& desk);

    /// There are closed chats in the live store: records them, beside whatever else goes on. Returns at once.
    void wake();
    /// Records until nothing is offered any more, or a store is away: what is left is offered again.
    boost::asio::awaitable<void> record_all();
    /// Nothing new is begun any more.
    void stop() { running_ = false; }

private:
    using Batch = std::vector<Filing>;
    /// Up to where a chat is in the record.
    struct Recorded {
        std::string chat;
        std::int64_t last = 0;
    };

    boost::asio::awaitable<void> record(std::deque<std::string> chats);
    std::vector<std::string> take(std::deque<std::string>& chats) const;
    boost::asio::awaitable<Batch> load(std::vector<std::string> chats);
    boost::asio::awaitable<std::vector<Recorded>> file(Batch batch);
    boost::asio::awaitable<std::vector<Recorded>> commit(Batch batch);
    boost::asio::awaitable<bool> answers();
    boost::asio::awaitable<std::vector<std::string>> forget(std::vector<Recorded> recorded);
    void suspect(const std::string& chat);

    Desk& desk_;
    bool running_ = true;
    std::size_t at_it_ = 0;  ///< batches in hand
    bool away_ = false;      ///< SQL, when last asked
    /// Chats that could not be recorded though SQL was there: filed by themselves, so as not to hold up others.
    std::set<std::string> suspects_;
};

}  // namespace ventanilla::desk
