#include "api/address_limits.hpp"

#include <utility>

#include "base/random.hpp"
#include "web/address.hpp"

namespace ventanilla::api {
namespace {

/// Hashed, as the counters of sign-ins are: the store keeps no addresses.
std::string counter_of(const AddressLimit& limit, const std::string& peer) {
    return std::string(limit.name) + ':' + token_hash(web::limit_key(peer));
}

protocol::Result<void> beyond(AddressLimit& limit) {
    ++limit.refused;
    return protocol::fail(protocol::Code::slow_down, "", limit.window_s * 1000);
}

}  // namespace

boost::asio::awaitable<protocol::Result<void>> use_limit(live::LiveStore& live, AddressLimit& limit, std::string peer) {
    auto counter = counter_of(limit, peer);
    const auto used = co_await live.count(std::move(counter), limit.window_s);
    if (used && *used > limit.most) co_return beyond(limit);
    co_return protocol::Result<void>();
}

boost::asio::awaitable<void> give_back(live::LiveStore& live, const AddressLimit& limit, std::string peer) {
    auto counter = counter_of(limit, peer);
    // A store that is away has counted nothing.
    std::ignore = co_await live.uncount(std::move(counter));
}

}  // namespace ventanilla::api
