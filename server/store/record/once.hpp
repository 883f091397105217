#pragma once
// Things that happen once: a request with an Idempotency-Key, a captcha that is spent; and the store's own secret.
// A method is one step of its caller's transaction.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ventanilla::record {

class Database;

struct StoredAnswer {
    std::string body_hash;  ///< of the request
    int status = 0;
    std::string body;
};

class OnceRepository {
public:
    explicit OnceRepository(Database& database) : database_(database) {}

    /// The answer to a request with this key, of the last 24 h. `scope` keeps callers and endpoints apart.
    std::optional<StoredAnswer> answer(std::string_view scope, std::string_view key, std::int64_t now_ms);
    /// False if another was faster: nothing was stored.
    bool keep_answer(std::string_view scope, std::string_view key, const StoredAnswer& answer, std::int64_t now_ms);

    /// False if the challenge was spent before. Kept until `expires_at`.
    bool spend_captcha(std::string_view challenge, std::int64_t expires_at);
    bool captcha_spent(std::string_view challenge);

    /// Deletes what is older than it must be kept; at most `limit` of each.
    void purge(std::int64_t now_ms, std::int64_t limit);

    /// 256 random bits in base64url, made once per store and name ("captcha", "ticket-key"): the same on every server.
    std::string secret(std::string_view name);

private:
    Database& database_;
};

}  // namespace ventanilla::record
