#pragma once
// Requests with an Idempotency-Key (protocol.md 3.1): the same again gets the first answer again. What was answered lies in
// SQL; here is only what is still running on this server, for which a repeated request waits.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/codes.hpp"
#include "store/record/once.hpp"
#include "store/record/worker.hpp"
#include "web/http.hpp"

namespace ventanilla::api {

/// A request's key, within what it is for.
struct RepeatKey {
    std::string scope;
    std::string key;
    std::string body_hash;
};

/// The key that the request carries; nothing if it has none. `scope` keeps callers and endpoints apart. bad_field if the
/// key is empty or too long.
protocol::Result<std::optional<RepeatKey>> repeat_key(const web::Request& request, std::string_view scope);

class Repeats {
public:
    explicit Repeats(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

    /// While it lives, others with the same key wait.
    class Turn {
    public:
        Turn() = default;
        Turn(Repeats* owner, std::string name) : owner_(owner), name_(std::move(name)) {}
        Turn(Turn&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)), name_(std::move(other.name_)) {}
        Turn& operator=(Turn&& other) noexcept {
            std::swap(owner_, other.owner_);
            std::swap(name_, other.name_);
            return *this;
        }
        ~Turn() {
            if (owner_ != nullptr) owner_->leave(name_);
        }

    private:
        Repeats* owner_ = nullptr;
        std::string name_;
    };

    /// Waits until no other request with this key runs.
    boost::asio::awaitable<Turn> enter(RepeatKey key);

private:
    void leave(const std::string& name);

    boost::asio::any_io_executor executor_;
    std::map<std::string, std::shared_ptr<boost::asio::steady_timer>, std::less<>> running_;
};

/// What was answered before: nothing if the key is new, client_id_reuse if it came with another body.
boost::asio::awaitable<protocol::Result<std::optional<record::StoredAnswer>>> answered_before(record::Worker& worker,
                                                                                              RepeatKey key);

/// The stored answer as it is sent.
web::Response repeated(const record::StoredAnswer& answer);

}  // namespace ventanilla::api
