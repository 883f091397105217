#pragma once
// A second, simple implementation of contract.md 3.1 to 3.4 that looks at everybody, for random_routing_test.cpp.

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ventanilla::live {

struct OracleAgent {
    std::vector<std::string> departments;
    int capacity = 1;
    std::string state = "offline";
    bool grace = false;     ///< its console is gone, which need not be for long
    std::int64_t idle = 0;  ///< smaller: idle longer
    std::vector<std::string> chats;
};

struct OracleChat {
    std::string wanted;
    std::string visitor;
    int priority = 0;
    int arrival = 0;
    bool overflowed = false;  ///< waited so long that others may have it too
    std::string agent;        ///< empty: waits
    std::set<std::string> tried;
    std::map<std::string, std::string> verdicts;  ///< of the last automatic decision: everybody's
};

/// What the contract says, without any index.
class Oracle {
public:
    std::map<std::string, OracleAgent> agents;
    std::map<std::string, OracleChat> chats;  ///< open ones

    /// `department` is one of those that the chat is for: those of its channel, or the wanted one and, later, the one
    /// that helps out.
    static bool is_for(const OracleChat& chat, const std::string& department) {
        if (chat.wanted == "any") return department != "ventas";
        return department == chat.wanted || (chat.overflowed && department == helper_of(chat.wanted));
    }
    static std::string helper_of(const std::string& department) { return department == "contable" ? "tecnico" : ""; }
    static bool serves(const OracleAgent& agent, const OracleChat& chat) {
        return std::any_of(agent.departments.begin(), agent.departments.end(),
                           [&](const auto& id) { return is_for(chat, id); });
    }
    /// Gets such a chat by itself.
    static bool automatic(const OracleAgent& agent, const OracleChat& chat) {
        return std::any_of(agent.departments.begin(), agent.departments.end(),
                           [&](const auto& id) { return id != "manual" && is_for(chat, id); });
    }
    static bool is_here(const OracleAgent& agent) { return agent.state == "online" && !agent.grace; }
    static bool has_room(const OracleAgent& agent) { return static_cast<int>(agent.chats.size()) < agent.capacity; }
    /// Whoever may be back in a moment counts.
    bool online_for(const OracleChat& chat) const {
        return std::any_of(agents.begin(), agents.end(),
                           [&](const auto& one) { return one.second.state == "online" && serves(one.second, chat); });
    }
    /// The contract's order of two waiting chats.
    static bool before(const OracleChat& one, const OracleChat& other) {
        return std::pair(-one.priority, one.arrival) < std::pair(-other.priority, other.arrival);
    }

    void start(const std::string& id, const std::string& wanted, const std::string& visitor) {
        chats[id] = {wanted, visitor, 0, ++arrivals_, false, "", {}, {}};
        give_to_best(id);
    }
    void give(const std::string& id, const std::string& agent) {
        chats[id].agent = agent;
        agents[agent].chats.push_back(id);
    }
    void set_state(const std::string& name, const std::string& state) {
        auto& agent = agents[name];
        if (agent.state == state) return;
        agent.state = state;
        if (state == "online") {
            agent.idle = ++idles_;
            fill(name);
        }
        if (state == "offline") go_home(name);
    }
    void vanish(const std::string& name) { agents[name].grace = true; }
    void come_back(const std::string& name) {
        agents[name].grace = false;
        fill(name);
    }
    void give_up(const std::string& name) {
        agents[name].grace = false;
        agents[name].state = "offline";
        go_home(name);
    }
    void set_capacity(const std::string& name, int capacity) {
        agents[name].capacity = capacity;
        fill(name);
    }
    void overflow(const std::string& id) {
        chats[id].overflowed = true;
        give_to_best(id);
    }
    /// All chats go back, and those are given anew first whose turn is first.
    void go_home(const std::string& name) {
        auto chats_back = agents[name].chats;
        for (const auto& id : chats_back) release(id);
        std::sort(chats_back.begin(), chats_back.end(),
                  [this](const auto& one, const auto& other) { return before(chats[one], chats[other]); });
        for (const auto& id : chats_back) give_to_best(id);
    }
    /// The holder did not answer in time.
    void time_out(const std::string& id) {
        auto& chat = chats[id];
        const bool someone = std::any_of(agents.begin(), agents.end(), [&](const auto& one) {
            return is_here(one.second) && serves(one.second, chat) && one.first != chat.agent &&
                   !chat.tried.contains(one.first);
        });
        if (!someone) return;
        chat.tried.insert(chat.agent);
        const auto holder = release(id);
        give_to_best(id);
        fill(holder);
    }
    /// Takes the chat from its holder, who is then the last in the line of the idle.
    std::string release(const std::string& id) {
        const auto holder = std::exchange(chats[id].agent, "");
        if (holder.empty()) return {};
        std::erase(agents[holder].chats, id);
        agents[holder].idle = ++idles_;
        return holder;
    }
    void close(const std::string& id) {
        const auto holder = release(id);
        chats.erase(id);
        if (!holder.empty()) fill(holder);
    }
    void to_department(const std::string& id, const std::string& wanted) {
        const auto holder = release(id);
        chats[id].wanted = wanted;
        chats[id].overflowed = false;
        chats[id].tried = {holder};
        give_to_best(id);
        fill(holder);
    }
    void give_to_best(const std::string& id) {
        auto& chat = chats[id];
        forgive(chat);
        std::string best;
        for (const auto& [name, agent] : agents) {
            if (!eligible(name, agent, chat)) continue;
            if (best.empty() || better(agent, agents[best])) best = name;
        }
        judge(chat, best);
        if (!best.empty()) give(id, best);
    }
    void fill(const std::string& name) {
        auto& agent = agents[name];
        while (is_here(agent) && has_room(agent)) {
            std::string best;
            for (const auto& [id, chat] : chats) {
                if (!chat.agent.empty() || !automatic(agent, chat) || chat.tried.contains(name)) continue;
                if (best.empty() || before(chat, chats[best])) best = id;
            }
            if (best.empty()) return;
            judge(chats[best], name);
            give(best, name);
        }
    }
    /// Who was tried may have it again when nobody else is online for it.
    void forgive(OracleChat& chat) const {
        const bool someone = std::any_of(agents.begin(), agents.end(), [&](const auto& one) {
            return is_here(one.second) && serves(one.second, chat) && !chat.tried.contains(one.first);
        });
        if (!someone) chat.tried.clear();
    }
    bool eligible(const std::string& name, const OracleAgent& agent, const OracleChat& chat) const {
        return is_here(agent) && has_room(agent) && automatic(agent, chat) && !chat.tried.contains(name);
    }

private:
    /// Says of everybody why they get the chat or not, before it is given.
    void judge(OracleChat& chat, const std::string& chosen) {
        for (const auto& [name, agent] : agents) {
            chat.verdicts[name] = name == chosen ? "chosen" : verdict(name, agent, chat, chosen);
        }
    }
    std::string verdict(const std::string& name, const OracleAgent& agent, const OracleChat& chat,
                        const std::string& chosen) const {
        if (!serves(agent, chat)) return "other_department";
        if (agent.state != "online") return agent.state;
        if (agent.grace) return "grace";
        if (!has_room(agent)) return "full";
        // Where everybody picks, that is the rule and no verdict on each.
        if (!automatic(agent, chat)) return chat.wanted == "manual" ? "picks" : "other_department";
        if (chat.tried.contains(name)) return "tried";
        const auto& winner = agents.at(chosen);
        return share(agent, winner) > share(winner, agent) ? "busier" : "shorter_idle";
    }
    /// The first one's share of its capacity, in units that both have.
    static std::int64_t share(const OracleAgent& one, const OracleAgent& other) {
        return static_cast<std::int64_t>(one.chats.size()) * other.capacity;
    }
    static bool better(const OracleAgent& one, const OracleAgent& other) {
        return std::pair(share(one, other), one.idle) < std::pair(share(other, one), other.idle);
    }

    int arrivals_ = 0;
    std::int64_t idles_ = 0;
};

}  // namespace ventanilla::live
