#pragma once
// `ventanilla person erase`, as far as a running server holds the person: open chats, and the record of a visitor.

#include <set>
#include <string>
#include <string_view>

#include "config/options.hpp"
#include "store/live/live_guest.hpp"

namespace ventanilla::app {

/// A guest among the servers; it files nothing itself.
class LivePerson {
public:
    /// `visitors`: those of the person's past chats; they are the person's also if they have no address any more. `own`: the
    /// live store of the record.
    LivePerson(const config::Options& options, const std::string& site, std::string_view email,
               std::set<std::string> visitors, live::ExpectedStore own);

    /// Closes the person's open chats and waits, 30 s at most, until the servers have filed them. False: some are left.
    bool close_chats();
    /// Blanks name, address, fields and page of the visitors. False if the store does not answer.
    bool forget();

private:
    boost::asio::awaitable<bool> join();
    boost::asio::awaitable<bool> find_visitors();
    boost::asio::awaitable<bool> close_all();
    live::Task<std::set<std::string>> unfiled();
    boost::asio::awaitable<bool> forget_all();

    std::string site_;
    std::string email_;
    std::set<std::string> visitors_;
    live::ExpectedStore own_;
    live::LiveGuest guest_;
};

}  // namespace ventanilla::app
