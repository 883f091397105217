#pragma once
// One agent's console: online, chats that come by themselves, their logs read from where they were left.

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "loadtest/crowd/client.hpp"

namespace ventanilla::load {

class Agent final : public Client {
public:
    Agent(World& world, std::size_t index, std::string token)
        : Client(world, Side::agent, index), token_(std::move(token)) {}

    void connect() { open("/ws/agent", token_); }
    void set_state(std::string_view state);
    void close_chat(std::uint32_t chat);
    /// Passes the chat to whoever of the department is free.
    void transfer(std::uint32_t chat);

    /// Asks for logs that it has to read as fast as it may; true while there are more.
    bool read_on(std::uint64_t now);
    /// It has read all that was said before.
    [[nodiscard]] bool up_to_date() const noexcept { return readings_.empty(); }

    [[nodiscard]] bool online() const noexcept { return online_; }
    [[nodiscard]] const std::vector<std::uint32_t>& chats() const noexcept { return chats_; }

private:
    static constexpr double most_reads = 150;
    static constexpr std::size_t most_unanswered = 50;  // with those above, what a socket may ask at once

    /// A log that is being read: what is pushed meanwhile waits, to be taken in order.
    struct Reading {
        std::vector<std::string> pushed;
    };

    void say_hello() override;
    void on_reply(const Asked& asked, const Incoming& in) override;
    void on_event(const Incoming& in, std::string_view frame) override;
    void ask_again(const Asked& asked) override;
    void on_refused(const Asked& asked) override;
    void on_acked() override { world_.observer->agent_acked(*this); }
    void on_gone() override { world_.observer->agent_gone(*this); }
    void take_welcome(const Incoming& in);
    /// Whether a chat with this VISITOR belongs to this run: one that an earlier run left behind does not.
    [[nodiscard]] bool is_ours(std::string_view visitor) const;
    void hold(std::string_view chat);
    void let_go(std::uint32_t chat);
    void want_log(std::uint32_t chat);
    void read_log(std::uint32_t chat);
    void take_log(std::uint32_t chat, const Incoming& in);
    void take(std::uint32_t chat, const Incoming& in);

    std::string token_;
    std::vector<std::uint32_t> chats_;
    std::unordered_map<std::uint32_t, Reading> readings_;
    std::deque<std::uint32_t> to_read_;
    double may_read_ = most_reads;  // so many at once, 40 a second: a socket may ask 50 times a second
    std::uint64_t counted_at_ = 0;
    bool online_ = false;
};

}  // namespace ventanilla::load
