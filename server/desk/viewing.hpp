#pragma once
// Who has which ticket open in a console, over all servers, so that two agents do not answer the same ticket unaware of
// each other. A courtesy that is kept nowhere: each server tells the others what its consoles have open, when that
// changes and now and then, and forgets a server that has fallen silent.

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "desk/hub.hpp"
#include "protocol/data.hpp"
#include "store/live/types.hpp"

namespace ventanilla::desk {

class Viewing {
public:
    using Publish = std::function<void(live::Event)>;
    /// `publish` brings an event to the other servers.
    Viewing(Hub& hub, Publish publish);

    /// The console has this ticket open from now on; 0: none. `name` is the agent's.
    void view(const MemberPtr& member, std::int64_t number, std::string name);
    /// The console is gone.
    void left(const MemberPtr& member);
    /// News of another server.
    void heard(const live::Event& event);
    /// Every 20 seconds or so: tells all again, and forgets who has been silent for two rounds.
    void refresh();

    /// The agents who have the ticket open, by name, each once.
    std::vector<protocol::AgentRef> agents(std::int64_t number) const;

private:
    using Agents = std::map<std::string, std::string>;  ///< name by id
    using Tickets = std::map<std::int64_t, Agents>;
    struct Server {
        Tickets tickets;
        bool silent = false;  ///< nothing was heard since the last refresh but one
    };

    Agents here(std::int64_t number) const;
    void changed(std::int64_t number);
    void publish(const Tickets& tickets, bool all);
    void tell(const std::set<std::int64_t>& numbers);

    Hub& hub_;
    Publish publish_;
    std::string self_;
    std::map<std::string, std::string> names_;  ///< of the agents with a console here
    std::map<std::string, Server> others_;
};

}  // namespace ventanilla::desk
