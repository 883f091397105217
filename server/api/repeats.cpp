#include "api/repeats.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "protocol/text.hpp"

namespace ventanilla::api {
namespace {

constexpr std::size_t kMostKey = 128;
constexpr std::string_view kHeader = "idempotency-key";

}  // namespace

protocol::Result<std::optional<RepeatKey>> repeat_key(const web::Request& request, std::string_view scope) {
    const auto key = request.header(kHeader);
    if (!key) return std::optional<RepeatKey>();
    if (key->empty() || key->size() > kMostKey) return protocol::fail(protocol::Code::bad_field, "Idempotency-Key");
    return RepeatKey{std::string(scope), std::string(*key), token_hash(request.body)};
}

boost::asio::awaitable<Repeats::Turn> Repeats::enter(RepeatKey key) {
    auto name = key.scope + '\n' + key.key;
    for (auto found = running_.find(name); found != running_.end(); found = running_.find(name)) {
        const auto over = found->second;
        boost::system::error_code woken;
        co_await over->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }
    auto over = std::make_shared<boost::asio::steady_timer>(executor_, boost::asio::steady_timer::time_point::max());
    running_.emplace(name, std::move(over));
    co_return Turn(this, std::move(name));
}

void Repeats::leave(const std::string& name) {
    const auto found = running_.find(name);
    if (found == running_.end()) return;
    // Moving the expiry wakes those who wait, and also one that has yet to begin waiting.
    found->second->expires_at(boost::asio::steady_timer::time_point::min());
    running_.erase(found);
}

boost::asio::awaitable<protocol::Result<std::optional<record::StoredAnswer>>> answered_before(record::Worker& worker,
                                                                                              RepeatKey key) {
    const auto hash = key.body_hash;
    auto look_up = [key = std::move(key), now = wall_clock_ms()](record::Database& database) {
        return record::OnceRepository(database).answer(key.scope, key.key, now);
    };
    auto found = co_await worker.run(std::move(look_up));
    if (!found) co_return tl::unexpected(found.error());
    if (*found && (*found)->body_hash != hash) co_return protocol::fail(protocol::Code::client_id_reuse);
    co_return std::move(*found);
}

web::Response repeated(const record::StoredAnswer& answer) {
    return web::json(static_cast<unsigned>(answer.status), answer.body);
}

}  // namespace ventanilla::api
