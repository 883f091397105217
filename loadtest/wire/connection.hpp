#pragma once
// One WebSocket of a client: connect, upgrade, frames in and out, close.

#include <cstdint>
#include <string>
#include <string_view>

#include "loadtest/wire/frame.hpp"
#include "loadtest/wire/loop.hpp"
#include "loadtest/wire/target.hpp"

namespace ventanilla::load {

class Connection final : public Loop::Handler {
public:
    /// The server could not take the socket just now (HTTP 503): try again.
    static constexpr int not_now = 503;

    /// Who is told. Calls come out of `Loop::turn`; the connection may be closed and opened again in any of them.
    class Listener {
    public:
        /// The upgrade is done.
        virtual void on_open() = 0;
        /// A text message; gone after the call.
        virtual void on_text(std::string_view text) = 0;
        /// It is over: a close code, 1006 without one, 0 if there never was a WebSocket, or `not_now`. `why` is a sentence.
        virtual void on_closed(int code, std::string_view why) = 0;

    protected:
        ~Listener() = default;
    };

    Connection(Loop& loop, const Target& target, Listener& listener)
        : loop_(loop), target_(target), listener_(listener) {}
    ~Connection() { drop(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Opens a socket to `path`; `bearer` may be "". `source` chooses among the target's addresses to connect from.
    void open(std::string_view path, std::string_view bearer, std::size_t source);
    [[nodiscard]] bool is_open() const noexcept { return state_ == State::open; }
    [[nodiscard]] bool is_down() const noexcept { return state_ == State::down; }

    /// One text message, at once as far as the kernel takes it.
    void send(std::string_view text);
    /// Says goodbye with `code` and takes the socket away without waiting for the answer; nobody is told.
    void close(std::uint16_t code);
    /// Takes the socket away without a word, as a lost network does; nobody is told.
    void drop() noexcept;
    /// Stops or goes on reading: a client that is stuck.
    void pause(bool stuck);

    void on_ready(std::uint32_t events) override;

private:
    enum class State : std::uint8_t { down, connecting, upgrading, open };

    void begin_upgrade();
    void read();
    /// Handles what is whole in `bytes`; how much that was. Stops when the connection ended meanwhile.
    std::size_t consume(std::string_view bytes);
    std::size_t read_upgrade(std::string_view bytes);
    void take(const Frame& frame);
    void queue(Opcode opcode, std::string_view payload);
    void flush();
    void watch();
    void fail(int code, std::string_view why);

    Loop& loop_;
    const Target& target_;
    Listener& listener_;
    std::string request_;
    std::string in_;
    std::string out_;
    int fd_ = -1;
    std::uint32_t watched_ = 0;
    std::uint32_t life_ = 0;  // grows with every socket, so that a handler sees that it was exchanged under it
    std::uint32_t mask_ = 0x9e3779b9;
    State state_ = State::down;
    bool paused_ = false;
};

}  // namespace ventanilla::load
