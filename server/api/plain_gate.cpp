#include "api/plain_gate.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "api/ticket_form.hpp"
#include "api/uploads.hpp"
#include "base/clock.hpp"
#include "store/record/database.hpp"
#include "store/record/once.hpp"
#include "web/address.hpp"

namespace ventanilla::api {
namespace {

using protocol::Code;

constexpr std::int64_t kMostOfRequester = 20;
constexpr std::int64_t kTryLater_ms = 1000;

/// Of the challenges in a form those that have not expired. A form whose first files have waited for long, or whose code was
/// answered wrongly, shows a second one: either will do.
std::vector<std::string> living(const Services& services, const PlainForm& form) {
    std::vector<std::string> nonces;
    for (const auto* name : {"files_captcha", "captcha_id"}) {
        auto found = services.tickets.captchas.captchas().peek(form.value(name), wall_clock_ms());
        if (found) nonces.push_back(std::move(found->nonce));
    }
    return nonces;
}

}  // namespace

std::string files_challenge(const PlainForm& form) {
    auto first = form.value("files_captcha");
    return first.empty() ? form.value("captcha_id") : first;
}

std::string uploader_of(const Services& services, const PlainForm& form) {
    const auto checked = services.tickets.captchas.captchas().check(files_challenge(form), "", wall_clock_ms());
    return checked.verdict == captcha::Verdict::malformed ? "" : "c:" + checked.challenge.nonce;
}

std::int64_t most_unattached(const std::string& uploader) {
    return uploader.starts_with("c:") ? 2 * static_cast<std::int64_t>(kMostFiles) : kMostOfRequester;
}

boost::asio::awaitable<protocol::Result<void>> PlainGate::admit(PlainForm before) {
    if (!place_) place_ = services_.uploads->places.for_stranger(web::limit_key(peer_));
    if (!place_) co_return protocol::fail(Code::slow_down, "", kTryLater_ms);
    auto checked = co_await check_store(std::move(before));
    if (!checked) co_return checked;
    checked = co_await use_limit(services_.desk.live, services_.tickets.limits.uploads, peer_);
    if (checked) ++begun_;
    co_return checked;
}

boost::asio::awaitable<protocol::Result<void>> PlainGate::check_store(PlainForm before) {
    const bool by_challenge = uploader_.empty();
    auto uploader = by_challenge ? uploader_of(services_, before) : uploader_;
    auto challenges = by_challenge ? living(services_, before) : std::vector<std::string>();
    if (by_challenge && (uploader.empty() || challenges.empty())) co_return protocol::fail(Code::not_found);
    const auto most = most_unattached(uploader);
    auto ask = [=, begun = begun_](record::Database& database) -> protocol::Result<void> {
        record::OnceRepository once(database);
        const auto unspent = [&](const std::string& nonce) { return !once.captcha_spent(nonce); };
        if (by_challenge && std::none_of(challenges.begin(), challenges.end(), unspent)) {
            return protocol::fail(Code::not_found);
        }
        const auto unattached = record::FileRepository(database).count_unattached(uploader);
        if (unattached + begun >= most) return protocol::fail(Code::bad_field, "files");
        return {};
    };
    co_return co_await services_.desk.record.run(std::move(ask));
}

}  // namespace ventanilla::api
