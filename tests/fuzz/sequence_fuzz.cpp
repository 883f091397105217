// A script of what can happen to the sessions of one chat, in any order: hellos that resume, messages that are sent, stored and
// acknowledged, news that pub/sub loses, sockets that are full, connections that go and come back. Whatever it
// is, every connection gets its entries in rising order, without a hole and each once, and in the end everybody has them all
// (contract.md 2.3 and 2.4).
#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "desk/hub.hpp"

namespace {

using namespace ventanilla;
using namespace ventanilla::desk;
namespace asio = boost::asio;

const std::string chat = "c_1";
constexpr std::size_t page = 3;

void require(bool promise) {
    if (!promise) std::abort();
}

/// One device and, while it is connected, its connection.
class Client : public Recipient {
public:
    void push(const protocol::Bytes& frame) override {
        std::int64_t seq = 0;
        const auto* end = frame->data() + frame->size();
        if (std::from_chars(frame->data(), end, seq).ptr != end) return;  // a tick
        require(seq > pushed_ && !own_.contains(seq));
        require(!stored || seq != *stored);  // that comes as an acknowledgement
        for (auto before = pushed_ + 1; before < seq; ++before) require(own_.contains(before));
        pushed_ = seq;
    }
    bool congested() const override { return full; }
    void end(protocol::Close, std::string_view) override {}

    void acknowledged(std::int64_t seq) { own_.insert(seq); }
    /// Up to where this device has everything.
    std::int64_t has() const {
        auto reach = pushed_;
        while (own_.contains(reach + 1)) ++reach;
        return reach;
    }
    /// A new connection, told of what the device has.
    void reconnect() {
        pushed_ = has();
        own_.clear();
        full = false;
    }

    MemberPtr member;
    bool begun = false;
    bool sending = false;
    std::optional<std::int64_t> stored;  ///< its message is in the log, the acknowledgement on its way
    bool full = false;

private:
    std::int64_t pushed_ = 0;
    std::set<std::int64_t> own_;
};

class Play {
public:
    void act(std::uint8_t what, Client& client) {
        switch (what % 13) {
            case 0: return connect(client);
            case 1: return begin(client);
            case 2: return tell(++last_, nullptr);
            case 3: ++last_; return;  // told to nobody
            case 4: return send(client);
            case 5: return store(client);
            case 6: return acknowledge(client);
            case 7: return hub_.tick(chat, last_);
            case 8: client.full = true; return;
            case 9: return drain(client);
            case 10: return leave(client);
            case 11:
                io_.restart();
                io_.poll_one();
                return;
            default: return run();
        }
    }

    /// Everything is healed: nobody lacks anything.
    void finish(std::span<const std::shared_ptr<Client>> clients) {
        for (const auto& client : clients) {
            connect(*client);
            begin(*client);
            store(*client);
            acknowledge(*client);
            drain(*client);
        }
        run();
        hub_.tick(chat, last_);
        run();
        for (const auto& client : clients) require(client->has() == last_);
        for (const auto& client : clients) leave(*client);
        require(hub_.followed_chats().empty() && hub_.count(Member::Kind::visitor) == 0);
    }

    void add(const std::shared_ptr<Client>& client) { clients_.push_back(client); }

private:
    asio::awaitable<protocol::Result<Hub::Frames>> read(std::int64_t after) {
        // Redis answers in the order of the questions: what is stored from now on is not in this page.
        Hub::Frames frames;
        for (auto seq = after + 1; seq <= last_ && frames.size() < page; ++seq) frames.push_back(std::to_string(seq));
        co_await asio::post(io_, asio::use_awaitable);
        co_return frames;
    }

    void connect(Client& client) {
        if (client.member) return;
        client.reconnect();
        client.member = std::make_shared<Member>();
        client.member->person = "v_1";
        for (const auto& known : clients_) {
            if (known.get() == &client) client.member->recipient = known;
        }
        hub_.join(client.member);
        hub_.expect(chat, client.member, Hub::Role::participant);
    }

    void begin(Client& client) {
        if (!client.member || std::exchange(client.begun, true)) return;
        hub_.begin(chat, client.member, client.has(), last_);
    }

    void tell(std::int64_t seq, const MemberPtr& origin) {
        hub_.entry(chat, seq, protocol::verbatim(std::to_string(seq)), origin);
    }

    void send(Client& client) {
        if (!client.begun || std::exchange(client.sending, true)) return;
        hub_.sending(chat, client.member);
    }

    void store(Client& client) {
        if (client.sending && !client.stored) client.stored = ++last_;
    }

    void acknowledge(Client& client) {
        if (!client.stored) return;
        client.acknowledged(*client.stored);
        tell(*std::exchange(client.stored, std::nullopt), client.member);
        hub_.sent(chat, client.member);
        client.sending = false;
    }

    void drain(Client& client) {
        client.full = false;
        if (client.member) hub_.drained(client.member);
    }

    void leave(Client& client) {
        if (!client.member) return;
        const auto member = std::exchange(client.member, nullptr);
        hub_.leave(member);
        // What it had sent is in the log all the same, and told to the others; its acknowledgement is lost.
        if (client.stored) tell(*std::exchange(client.stored, std::nullopt), member);
        client.begun = client.sending = false;
    }

    void run() {
        io_.restart();
        io_.run();
    }

    asio::io_context io_;
    std::int64_t last_ = 0;
    std::vector<std::shared_ptr<Client>> clients_;
    Hub hub_{io_, [this](const std::string&, std::int64_t after) { return read(after); }};
};

}  // namespace

/// Each byte is one act: what happens in its low bits, to whom in its high ones.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::array<std::shared_ptr<Client>, 4> clients;
    Play play;
    for (auto& client : clients) play.add(client = std::make_shared<Client>());
    for (const auto byte : std::span(data, std::min<std::size_t>(size, 2000)))
        play.act(byte & 0x0f, *clients[byte >> 6U]);
    play.finish(clients);
    return 0;
}
