#pragma once
// One visitor: hello, a chat, messages, resume.

#include <string>

#include "loadtest/crowd/client.hpp"

namespace ventanilla::load {

class Visitor final : public Client {
public:
    enum class Chat : std::uint8_t { none, asked, waiting, assigned, closed };

    Visitor(World& world, std::size_t index) : Client(world, Side::visitor, index) {}

    /// Connects and says hello; as the same visitor, and going on with its chat, if it was here before.
    void connect();
    /// Asks for a chat (a new one, if it had one).
    void start();
    void close_chat();
    void rate();
    void typing(bool on);

    /// Leaves for good; a `connect` afterwards is a new person.
    void forget();

    [[nodiscard]] Chat chat_state() const noexcept { return state_; }
    [[nodiscard]] std::uint32_t chat() const noexcept { return chat_; }
    void say(std::uint64_t intended) { Client::say(chat_, intended); }

private:
    void say_hello() override;
    void on_reply(const Asked& asked, const Incoming& in) override;
    void on_event(const Incoming& in, std::string_view frame) override;
    void ask_again(const Asked& asked) override;
    void on_refused(const Asked& asked) override;
    void on_acked() override { world_.observer->visitor_acked(*this); }
    void on_gone() override { world_.observer->visitor_gone(*this); }
    void be_welcome();
    void begin(const Incoming& in);
    void take_assigned();
    void take_closed();

    std::string token_;
    std::uint64_t started_at_ = 0;
    std::uint32_t chat_ = 0;
    std::uint32_t starts_ = 0;
    Chat state_ = Chat::none;
};

}  // namespace ventanilla::load
