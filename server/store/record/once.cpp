#include "store/record/once.hpp"

#include "base/random.hpp"
#include "store/record/database.hpp"
#include "store/record/sql.hpp"

namespace ventanilla::record {
namespace {

constexpr std::int64_t answers_kept_ms = 24LL * 60 * 60 * 1000;

}  // namespace

std::optional<StoredAnswer> OnceRepository::answer(std::string_view scope, std::string_view key, std::int64_t now_ms) {
    const std::string of_scope(scope);
    const std::string of_key(key);
    const std::int64_t expired = now_ms - answers_kept_ms;
    StoredAnswer answer;
    database_.sql() << "SELECT body_hash, status, body FROM answer WHERE scope = :scope AND key = :key "
                       "AND kept_at > :expired",
        soci::use(of_scope), soci::use(of_key), soci::use(expired), soci::into(answer.body_hash),
        soci::into(answer.status), soci::into(answer.body);
    return database_.sql().got_data() ? std::optional(answer) : std::nullopt;
}

bool OnceRepository::keep_answer(std::string_view scope, std::string_view key, const StoredAnswer& answer,
                                 std::int64_t now_ms) {
    const std::string of_scope(scope);
    const std::string of_key(key);
    const std::int64_t expired = now_ms - answers_kept_ms;
    // One that has expired and is not purged yet gives way.
    soci::statement insert =
        (database_.sql().prepare
             << "INSERT INTO answer (scope, key, body_hash, status, body, kept_at) VALUES (:scope, :key, :body_hash, "
                ":status, :body, :kept_at) ON CONFLICT (scope, key) DO UPDATE SET body_hash = excluded.body_hash, "
                "status = excluded.status, body = excluded.body, kept_at = excluded.kept_at "
                "WHERE answer.kept_at <= :expired",
         soci::use(of_scope), soci::use(of_key), soci::use(answer.body_hash), soci::use(answer.status),
         soci::use(answer.body), soci::use(now_ms), soci::use(expired));
    insert.execute(true);
    return changed(insert) > 0;
}

bool OnceRepository::spend_captcha(std::string_view challenge, std::int64_t expires_at) {
    const std::string id(challenge);
    soci::statement insert = (database_.sql().prepare << "INSERT INTO spent_captcha (challenge, expires_at) VALUES "
                                                         "(:challenge, :expires_at) ON CONFLICT (challenge) DO NOTHING",
                              soci::use(id), soci::use(expires_at));
    insert.execute(true);
    return changed(insert) > 0;
}

bool OnceRepository::captcha_spent(std::string_view challenge) {
    const std::string id(challenge);
    std::int64_t count = 0;
    database_.sql() << "SELECT count(*) FROM spent_captcha WHERE challenge = :challenge", soci::use(id),
        soci::into(count);
    return count > 0;
}

void OnceRepository::purge(std::int64_t now_ms, std::int64_t limit) {
    const std::int64_t expired = now_ms - answers_kept_ms;
    database_.sql() << "DELETE FROM answer WHERE (scope, key) IN (SELECT scope, key FROM answer "
                       "WHERE kept_at <= :expired ORDER BY kept_at LIMIT :most)",
        soci::use(expired), soci::use(limit);
    database_.sql() << "DELETE FROM spent_captcha WHERE challenge IN (SELECT challenge FROM spent_captcha "
                       "WHERE expires_at <= :now ORDER BY expires_at LIMIT :most)",
        soci::use(now_ms), soci::use(limit);
}

std::string OnceRepository::secret(std::string_view name) {
    const std::string key(name);
    const std::string fresh = random_token();
    database_.sql() << "INSERT INTO secret (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING",
        soci::use(key), soci::use(fresh);
    std::string value;
    database_.sql() << "SELECT value FROM secret WHERE name = :name", soci::use(key), soci::into(value);
    return value;
}

}  // namespace ventanilla::record
