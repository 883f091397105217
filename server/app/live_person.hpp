#pragma once
// `ventanilla person erase`, as far as a running server holds the person: open chats, and the record of a visitor.

#include <boost/asio/io_context.hpp>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "config/options.hpp"
#include "store/live/live_store.hpp"
#include "store/live/redis_pool.hpp"

namespace ventanilla::app {

/// A guest among the servers for as long as it works: it routes by the configuration that is in force and files nothing
/// itself.
class LivePerson {
public:
    /// `visitors`: those of the person's past chats; they are the person's also if they have no address any more.
    LivePerson(const config::Options& options, const std::string& site, std::string_view email,
               std::set<std::string> visitors);
    ~LivePerson();

    /// Closes the person's open chats and waits, 30 s at most, until the servers have filed them. False: some are left.
    bool close_chats();
    /// Blanks name, address, fields and page of the visitors. False if the store does not answer.
    bool forget();

private:
    bool run(boost::asio::awaitable<bool> task);
    boost::asio::awaitable<bool> join();
    boost::asio::awaitable<bool> find_visitors();
    boost::asio::awaitable<bool> close_all();
    live::Task<std::set<std::string>> unfiled();
    boost::asio::awaitable<bool> forget_all();

    std::string site_;
    std::string email_;
    std::set<std::string> visitors_;
    boost::asio::io_context io_{1};
    std::unique_ptr<live::RedisPool> pool_;
    std::unique_ptr<live::LiveStore> store_;
};

}  // namespace ventanilla::app
