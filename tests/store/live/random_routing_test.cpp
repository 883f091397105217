// Random routing against an oracle that makes the same moves, says who must have each chat, and compares after every
// step; each decision's `why` must name the agent that the oracle chose, and say of everybody else what it says.

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>

#include "store/live/live_fixture.hpp"
#include "store/live/routing_oracle.hpp"

namespace ventanilla::live {
namespace {

class LiveRandom : public LiveTest {
protected:
    std::mt19937 random;
    Oracle oracle;
    std::map<std::string, std::int64_t> consoles;  ///< of each agent who has one: its generation
    std::map<std::string, int> loads;              ///< before the step

    std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random); }
    /// One with a console.
    std::string any_agent() {
        return std::next(consoles.begin(), static_cast<std::ptrdiff_t>(below(consoles.size())))->first;
    }
    std::string anybody() {
        return std::next(oracle.agents.begin(), static_cast<std::ptrdiff_t>(below(oracle.agents.size())))->first;
    }
    /// A random chat that waits, or one that is held; "" if there is none.
    std::string any_chat(bool held) {
        std::vector<std::string> ids;
        for (const auto& [id, chat] : oracle.chats) {
            if (chat.agent.empty() != held) ids.push_back(id);
        }
        return ids.empty() ? "" : ids[below(ids.size())];
    }

    void hire() {
        const std::vector<std::vector<std::string>> teams{
            {"tecnico"}, {"contable"}, {"tecnico", "contable"}, {"manual"}, {"manual", "tecnico"}};
        for (int i = 0; i < 8; ++i) {
            const auto name = "a" + std::to_string(i);
            const auto team = teams[below(teams.size())];
            const auto capacity = static_cast<int>(1 + below(4));
            oracle.agents[name] = {team, capacity, "offline", false, 0, {}};
            get(live.agent_put(agent(name, team, capacity)));
            consoles[name] = get(live.agent_hello({name, "console"})).generation;
        }
    }

    void come() {
        if (oracle.chats.size() > 28) return end();
        static const std::vector<std::string> wishes{"tecnico", "contable", "manual", "any", "any"};
        const auto wish = wishes[below(wishes.size())];
        const auto result = wait(live.chat_start(start_of(visitor(std::to_string(count)), wish)));
        OracleChat as_wished;
        as_wished.wanted = wish;
        if (!oracle.online_for(as_wished)) {
            ASSERT_FALSE(result) << "nobody is online for " << wish;
            ASSERT_EQ(result.error().code, protocol::Code::offline);
            return;
        }
        ASSERT_TRUE(result) << wish;
        oracle.start(result->chat, wish, result->meta.visitor);
    }

    void end() {
        const auto id = any_chat(below(4) != 0);
        if (id.empty()) return;
        close(id);
        oracle.close(id);
    }

    void change_state() {
        static const std::vector<std::string> states{"online", "online", "online", "away", "offline"};
        const auto name = any_agent();
        const auto state = states[below(states.size())];
        set_state(name, state);
        oracle.set_state(name, state);
    }

    /// A console is gone, or one that was gone is back; the agent may be either in its grace period or offline.
    void blink() {
        const auto name = anybody();
        auto& agent = oracle.agents[name];
        if (!consoles.contains(name)) {
            consoles[name] = get(live.agent_hello({name, "console"})).generation;
            if (agent.grace) oracle.come_back(name);
        } else if (consoles.size() > 3) {
            get(live.agent_gone(name, "console", consoles[name]));
            consoles.erase(name);
            if (agent.state != "offline") oracle.vanish(name);
        }
    }

    /// The grace period of somebody ends.
    void lose() {
        const auto name = anybody();
        if (!oracle.agents[name].grace) return;
        make_due("grace:agents", name);
        oracle.give_up(name);
    }

    void resize() {
        const auto name = anybody();
        const auto capacity = static_cast<int>(1 + below(4));
        if (capacity == oracle.agents[name].capacity) return;
        get(live.agent_put(agent(name, oracle.agents[name].departments, capacity)));
        oracle.set_capacity(name, capacity);
    }

    void overflow() {
        const auto id = any_chat(false);
        if (id.empty() || oracle.chats[id].overflowed || Oracle::helper_of(oracle.chats[id].wanted).empty()) return;
        redis({"HSET", redis_key("c:" + id), "wait_from", "-1000000000"});
        make_due("overflow", id);
        oracle.overflow(id);
    }

    /// Lets the store do what `list` holds for `id`, and nothing that is due besides.
    void make_due(const std::string& list, const std::string& id) {
        for (const auto& [waiting, chat] : oracle.chats) {
            redis({"ZADD", redis_key("tried"), "XX", "1000000000", waiting});
        }
        redis({"ZADD", redis_key(list), "XX", "0", id});
        get(live.sweep());
    }

    void pick() {
        const auto id = any_chat(false);
        const auto name = any_agent();
        if (id.empty()) return;
        const auto& agent = oracle.agents[name];
        const auto refused = refusal(live.take(id, name, false));
        if (!oracle.serves(agent, oracle.chats[id])) {
            ASSERT_EQ(refused, protocol::Code::not_found);
        } else if (agent.state == "offline" || !Oracle::has_room(agent)) {
            ASSERT_EQ(refused, protocol::Code::forbidden);
        } else {
            ASSERT_EQ(refused, std::nullopt);
            oracle.give(id, name);
        }
    }

    void pass_on() {
        const auto id = any_chat(true);
        const auto to = anybody();
        if (id.empty() || to == oracle.chats[id].agent) return;
        const auto& target = oracle.agents[to];
        const auto refused = refusal(live.transfer_to_agent(id, oracle.chats[id].agent, to));
        if (!Oracle::is_here(target) || !Oracle::has_room(target)) {
            ASSERT_EQ(refused, protocol::Code::offline);
            return;
        }
        ASSERT_EQ(refused, std::nullopt);
        const auto from = oracle.release(id);
        oracle.give(id, to);
        oracle.fill(from);
    }

    void hand_in() {
        const auto id = any_chat(true);
        if (id.empty()) return;
        const std::string wanted = below(2) == 0 ? "tecnico" : "contable";
        get(live.transfer_to_department(id, oracle.chats[id].agent, wanted));
        oracle.to_department(id, wanted);
    }

    void ignore() {
        const auto id = any_chat(true);
        if (id.empty()) return;
        make_due("answers", id);
        oracle.time_out(id);
    }

    void raise() {
        const auto id = any_chat(below(2) == 0);
        if (id.empty()) return;
        const auto priority = static_cast<int>(below(3)) - 1;
        get(live.set_priority(id, priority));
        oracle.chats[id].priority = priority;
    }

    /// The last automatic decision named whom the oracle chose, and of everybody else the same reason.
    void compare_why(const std::string& id, const OracleChat& chat) {
        const auto why = decisions(id);
        const auto last = std::find_if(why.rbegin(), why.rend(), [](const auto& row) {
            const auto rule = row.at("rule").template get<std::string>();
            return rule != "taken" && rule != "transferred";
        });
        ASSERT_NE(last, why.rend());
        std::map<std::string, int> counted;
        for (const auto& [verdict, number] : last->at("others").items()) counted[verdict] = number.template get<int>();
        for (const auto& row : last->at("considered")) {
            const auto name = row.at("agent").at("id").template get<std::string>();
            const auto verdict = row.at("verdict").template get<std::string>();
            ASSERT_EQ(verdict, chat.verdicts.at(name)) << id << " " << name << " " << last->dump();
            ASSERT_EQ(row.at("agent") == last->at("chosen"), verdict == "chosen") << last->dump();
            ++counted[verdict];
        }
        std::map<std::string, int> expected;
        for (const auto& [name, verdict] : chat.verdicts) ++expected[verdict];
        expected.erase("picks");
        ASSERT_EQ(counted, expected) << id << " " << last->dump();
    }

    void compare() {
        std::vector<std::string> ids;
        for (const auto& [id, chat] : oracle.chats) ids.push_back(id);
        const auto metas = get(live.chats(ids));
        ASSERT_EQ(metas.size(), ids.size());
        for (const auto& meta : metas) {
            const auto& id = meta.id;
            const auto& chat = oracle.chats[id];
            ASSERT_EQ(meta.agent, chat.agent) << id << " " << story(id);
            ASSERT_EQ(meta.status, chat.agent.empty() ? "queued" : "assigned");
            compare_why(id, chat);
            if (!chat.agent.empty()) continue;
            if (chat.wanted != "any") {
                ASSERT_EQ(meta.department, chat.wanted);
            }
            for (const auto& [name, agent] : oracle.agents) {
                ASSERT_FALSE(oracle.eligible(name, agent, chat)) << id << " waits though " << name << " is free";
            }
            compare_position(meta, chat);
        }
        for (const auto& meta : get(live.agents())) {
            const auto& agent = oracle.agents[meta.id];
            ASSERT_EQ(meta.load, static_cast<int>(agent.chats.size())) << meta.id;
            // Who has more than a capacity that was lowered keeps them, but gets no more.
            ASSERT_LE(meta.load, std::max(agent.capacity, loads[meta.id])) << meta.id;
            loads[meta.id] = meta.load;
            ASSERT_EQ(meta.state, agent.grace ? "grace" : agent.state) << meta.id;
        }
    }

    void compare_position(const ChatMeta& meta, const OracleChat& chat) {
        std::int64_t place = 1;
        for (const auto& [other_id, other] : oracle.chats) {
            const bool helped = other.overflowed && Oracle::helper_of(other.wanted) == chat.wanted;
            const bool rival = chat.wanted == "any" || other.wanted == "any" || other.wanted == chat.wanted || helped;
            if (other.agent.empty() && rival && Oracle::before(other, chat)) ++place;
        }
        ASSERT_EQ(meta.position, place) << meta.id;
    }

    /// The store looks once a second whether the tried must be forgiven, in the order of their due times; so that both
    /// see the same order here, everybody's turn comes one by one.
    void forgive_the_tried() {
        for (auto& [id, chat] : oracle.chats) {
            if (!chat.agent.empty() || chat.tried.empty()) continue;
            redis({"ZADD", redis_key("tried"), "XX", "0", id});
            get(live.sweep());
            const auto before = chat.verdicts;
            oracle.give_to_best(id);
            if (chat.agent.empty()) chat.verdicts = before;
        }
    }

    void step() {
        const auto draw = below(19);
        if (draw < 4) return come();
        if (draw < 7) return end();
        if (draw < 9) return change_state();
        if (draw < 10) return pick();
        if (draw < 11) return pass_on();
        if (draw < 12) return hand_in();
        if (draw < 13) return ignore();
        if (draw < 14) return overflow();
        if (draw < 16) return blink();
        if (draw < 17) return lose();
        if (draw < 18) return resize();
        raise();
    }
};

TEST_F(LiveRandom, RoutingIsWhatTheContractSays) {
    const auto* const wanted_seed = std::getenv("VENTANILLA_TEST_SEED");
    const auto seed = wanted_seed ? static_cast<unsigned>(std::stoul(wanted_seed)) : std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::cout << "seed " << seed << "\n";
    random.seed(seed);
    // It is the test that says when a time is over.
    for (auto& department : routing["departments"]) department["answer_within_s"] = 100000;
    routing["departments"]["contable"]["overflow_after_s"] = 100000;
    routing["departments"]["contable"]["overflow_to"] = {Oracle::helper_of("contable")};
    routing["chat"]["agent_grace_s"] = 100000;
    configure();
    hire();
    for (int i = 0; i < 800; ++i) {
        SCOPED_TRACE("step " + std::to_string(i));
        step();
        if (!HasFatalFailure()) forgive_the_tried();
        if (!HasFatalFailure()) compare();
        if (HasFatalFailure()) return;
    }
}

}  // namespace
}  // namespace ventanilla::live
