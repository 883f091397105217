#pragma once
// What everybody may look at: the queues, the agents, and whether a channel is open. Read from the live store at most
// once a second and when something changed.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/site.hpp"
#include "protocol/data.hpp"
#include "store/live/live_store.hpp"

namespace ventanilla::desk {

class Board {
public:
    Board(const config::Site& site, live::LiveStore& live);

    /// Takes over what the site says now: called at start and after a reload.
    void configure();

    /// Something changed: the next `refresh` reads.
    void touch() { stale_ = true; }
    /// Reads queues and agents anew if they may have changed, once for all who ask meanwhile: afterwards the board is not
    /// older than the call. Keeps the old ones while the store is away.
    boost::asio::awaitable<void> refresh();

    const std::vector<live::QueueSnapshot>& queues() const { return queues_; }
    const std::vector<live::AgentMeta>& agents() const { return agents_; }
    /// Rises whenever what `refresh` read differs from before.
    std::int64_t revision() const { return revision_; }

    /// The agent as last read; nothing if it is not known or disabled.
    const live::AgentMeta* agent(std::string_view id) const;
    std::vector<protocol::Queue> wire_queues() const;
    /// The queues as this agent may see them: of other departments the figures, but nobody who waits there.
    std::vector<protocol::Queue> wire_queues(const live::AgentMeta& agent) const;
    std::vector<protocol::AgentInfo> wire_agents() const;
    /// The channel as its visitors see it at `now_ms`.
    protocol::ChannelInfo channel(const config::Channel& channel, std::int64_t now_ms) const;
    /// The channel's departments that are open by their hours.
    std::vector<std::string> open_departments(const config::Channel& channel, std::int64_t now_ms) const;

private:
    boost::asio::awaitable<void> read();
    void end_reading();
    protocol::DepartmentInfo department(const config::Department& department, std::int64_t now_ms) const;

    const config::Site& site_;
    live::LiveStore& live_;
    std::map<std::string, tickets::Calendar, std::less<>> calendars_;  ///< by department
    std::vector<live::QueueSnapshot> queues_;
    std::vector<live::AgentMeta> agents_;
    bool stale_ = true;
    std::shared_ptr<boost::asio::steady_timer> reading_;  ///< expires when the reading under way is over
    std::int64_t revision_ = 0;
    std::string fingerprint_;
};

}  // namespace ventanilla::desk
