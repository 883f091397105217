// POST /api/v1/files: one file in a form, to disk while it comes.

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>
#include <utility>

#include "api/file_access.hpp"
#include "api/handlers.hpp"
#include "api/upload_form.hpp"
#include "api/uploads.hpp"
#include "base/random.hpp"
#include "protocol/data.hpp"
#include "protocol/encode.hpp"
#include "protocol/limits.hpp"
#include "store/files/display_name.hpp"
#include "store/record/once.hpp"
#include "web/address.hpp"
#include "web/body_stream.hpp"

namespace ventanilla::api {
namespace {

using nlohmann::json;
using protocol::Code;

constexpr std::uint64_t kMiB = 1024UL * 1024;
constexpr std::uint64_t kFormBytes = 64UL * 1024;  ///< what a form has beside its file
constexpr std::size_t kWriteBytes = 64UL * 1024;
constexpr std::int64_t kMostUnattached = 20;
constexpr std::int64_t kMostOfChallenge = 5;
constexpr std::int64_t kMostOfAddress = 300;
constexpr std::int64_t kAddressWindow_s = 600;
constexpr std::int64_t kTryLater_ms = 60'000;
constexpr std::size_t kMostKey = 128;

/// Why an upload went no further, and what its sender is told.
struct Refused {
    UploadRefusal why = UploadRefusal::access;
    web::Response response;
};
template <typename T>
using OrRefused = tl::expected<T, Refused>;
template <typename T>
using Step = boost::asio::awaitable<OrRefused<T>>;

/// Everything about one upload but its bytes.
struct Upload {
    protocol::Locale locale;
    FileCaller caller;
    std::string repeat_key;  ///< Idempotency-Key; "" if none
    std::uint64_t most = 0;  ///< bytes
};

tl::unexpected<Refused> refuse(UploadRefusal why, web::Response response) {
    return tl::unexpected(Refused{why, std::move(response)});
}

tl::unexpected<Refused> refuse(const protocol::Error& error, protocol::Locale locale) {
    const auto why = error.code == Code::unavailable       ? UploadRefusal::storage
                     : error.code == Code::slow_down       ? UploadRefusal::count
                     : error.code == Code::bad_field       ? UploadRefusal::malformed
                     : error.code == Code::client_id_reuse ? UploadRefusal::malformed
                                                           : UploadRefusal::access;
    return refuse(why, web::problem(error, locale));
}

tl::unexpected<Refused> refuse(const web::Bad& bad, protocol::Locale locale, UploadRefusal otherwise) {
    const auto why = bad.status == 413 ? UploadRefusal::too_big : otherwise;
    return refuse(why, web::problem(bad.status, bad.why, locale));
}

/// What is wrong with the field `file`, in words of its own.
tl::unexpected<Refused> refuse_file(UploadRefusal why, std::string_view code, protocol::Locale locale) {
    const bool spanish = locale == protocol::Locale::es_mx;
    std::string words = spanish ? "Elija un archivo que no esté vacío." : "Please choose a file that is not empty.";
    if (why == UploadRefusal::type) {
        words = spanish ? "No aceptamos este tipo de archivo." : "This type of file is not accepted.";
    } else if (code == "invalid") {
        words = spanish ? "Envíe un solo archivo a la vez." : "Please send one file at a time.";
    }
    auto response = web::problem({Code::bad_field, "file"}, locale, {{"file", std::string(code), words}});
    auto body = json::parse(response.body);
    body["detail"] = words;
    response.body = protocol::dump(body);
    return refuse(why, std::move(response));
}

std::int64_t most_unattached(const FileCaller& caller) {
    return caller.challenge.empty() ? kMostUnattached : kMostOfChallenge;
}

/// Agents have signed in; everybody else is one of many behind an address.
Step<void> check_address(Services& services, Upload upload, std::string peer) {
    if (upload.caller.agent) co_return OrRefused<void>();
    auto& live = services.desk.live;
    const auto key = "upload:" + token_hash(web::limit_key(peer));
    const auto used = co_await live.count(key, kAddressWindow_s);
    if (!used) co_return refuse(used.error(), upload.locale);
    if (*used <= kMostOfAddress) co_return OrRefused<void>();
    co_return refuse(UploadRefusal::rate, web::problem({Code::slow_down, "", kTryLater_ms}, upload.locale));
}

/// Before a byte is read; counted again when the file is stored.
Step<void> check_count(Services& services, Upload upload) {
    auto count = [uploader = upload.caller.uploader](record::Database& database) {
        return record::FileRepository(database).count_unattached(uploader);
    };
    const auto unattached = co_await services.desk.record.run(std::move(count));
    if (!unattached) co_return refuse(unattached.error(), upload.locale);
    if (*unattached < most_unattached(upload.caller)) co_return OrRefused<void>();
    co_return refuse(UploadRefusal::count, web::problem({Code::slow_down, "", kTryLater_ms}, upload.locale));
}

/// Reads the form to its end; the file's bytes are in the store then, all but durable.
Step<void> read_form(web::BodyStream& stream, web::MultipartReader& reader, UploadForm& form, files::Incoming& incoming,
                     Upload upload) {
    while (true) {
        const auto piece = co_await stream.next();
        if (!piece) co_return refuse(piece.error(), upload.locale, UploadRefusal::broken);
        const bool ended = piece->empty();
        if (const auto fed = reader.feed(*piece, form); !fed) {
            co_return refuse(fed.error(), upload.locale, UploadRefusal::malformed);
        }
        if (form.size() > upload.most) {
            co_return refuse(web::Bad{413, "the file is too large"}, upload.locale, UploadRefusal::too_big);
        }
        if (form.waiting() >= kWriteBytes || (ended && form.waiting() > 0)) {
            const auto written = co_await incoming.write(form.take());
            if (!written) co_return refuse(written.error(), upload.locale);
        }
        if (!ended) continue;
        if (reader.complete()) co_return OrRefused<void>();
        co_return refuse(web::Bad{400, "the form is not complete"}, upload.locale, UploadRefusal::malformed);
    }
}

OrRefused<void> check_file(const config::Site& site, const UploadForm& form, protocol::Locale locale) {
    if (form.has_two()) return refuse_file(UploadRefusal::malformed, "invalid", locale);
    if (!form.file_name() || form.size() == 0) return refuse_file(UploadRefusal::malformed, "required", locale);
    const auto& types = site.files.types;
    if (std::find(types.begin(), types.end(), form.media_type()) != types.end()) return {};
    return refuse_file(UploadRefusal::type, "invalid", locale);
}

std::string scope_of(const Upload& upload) {
    return "upload:" + upload.caller.uploader;
}

/// The key under which the answer stands, and the answer if there is one.
struct Earlier {
    std::string key;
    std::optional<record::StoredAnswer> answer;
};

/// What a repeated request is told: the stored answer, while its file is there. One that has outlived its file, which is gone
/// after an hour unless something holds it, is followed by another under a key made of both. client_id_reuse for another
/// body.
protocol::Result<Earlier> earlier_answer(record::Database& database, const Upload& upload, const std::string& hash,
                                         std::int64_t now) {
    Earlier earlier{upload.repeat_key, std::nullopt};
    while (auto known = record::OnceRepository(database).answer(scope_of(upload), earlier.key, now)) {
        if (known->body_hash != hash) return protocol::fail(Code::client_id_reuse);
        const auto id = json::parse(known->body).at("file").at("id").get<std::string>();
        const auto file = record::FileRepository(database).find(id);
        if (file && !file->erased) {
            earlier.answer = std::move(known);
            break;
        }
        earlier.key = token_hash(upload.repeat_key + '\n' + id);
    }
    return earlier;
}

protocol::Result<std::optional<record::StoredAnswer>> known_answer(record::Database& database, const Upload& upload,
                                                                   const std::string& hash, std::int64_t now) {
    if (upload.repeat_key.empty()) return std::optional<record::StoredAnswer>();
    auto earlier = earlier_answer(database, upload, hash, now);
    if (!earlier) return tl::unexpected(earlier.error());
    return std::move(earlier->answer);
}

std::string answer_body(const record::FileRecord& file) {
    const json body{{"file", protocol::to_json(protocol::File{file.id, file.name, file.size, file.media_type})}};
    return protocol::dump(body);
}

/// The row, before the bytes become a blob: whatever happens in between leaves a row that is purged after an hour, and
/// never a blob that nobody knows. An earlier answer, if this is a repetition.
desk::Task<std::optional<record::StoredAnswer>> insert_row(Services& services, Upload upload, record::FileRecord file,
                                                           std::string hash) {
    auto insert = [upload, file,
                   hash](record::Database& database) -> protocol::Result<std::optional<record::StoredAnswer>> {
        record::Transaction transaction(database);
        auto earlier = known_answer(database, upload, hash, file.created_at);
        if (!earlier || *earlier) return earlier;
        record::FileRepository rows(database);
        if (rows.count_unattached(file.uploader) >= most_unattached(upload.caller)) {
            return protocol::fail(Code::slow_down, "", kTryLater_ms);
        }
        rows.insert(file);
        transaction.commit();
        return earlier;
    };
    co_return co_await services.desk.record.run(std::move(insert));
}

/// Keeps the answer for repetitions. One that was carried out at the same time may have been faster: then its answer
/// counts, and this file is given up.
desk::Task<std::optional<record::StoredAnswer>> keep_answer(Services& services, Upload upload, record::FileRecord file,
                                                            std::string hash) {
    if (upload.repeat_key.empty()) co_return std::optional<record::StoredAnswer>();
    auto keep = [upload, file,
                 hash](record::Database& database) -> protocol::Result<std::optional<record::StoredAnswer>> {
        record::Transaction transaction(database);
        const record::StoredAnswer mine{hash, 201, answer_body(file)};
        auto earlier = earlier_answer(database, upload, hash, file.created_at);
        record::OnceRepository once(database);
        const bool first = earlier && !earlier->answer;
        if (first && once.keep_answer(scope_of(upload), earlier->key, mine, file.created_at)) {
            transaction.commit();
            return std::optional<record::StoredAnswer>();
        }
        record::FileRepository(database).remove(file.id);
        // On a server of its own the database lets nobody in between; elsewhere another may have been faster just now.
        if (first) earlier = earlier_answer(database, upload, hash, file.created_at);
        transaction.commit();
        if (!earlier) return tl::unexpected(earlier.error());
        if (!earlier->answer) return protocol::fail(Code::unavailable);
        return std::move(earlier->answer);
    };
    co_return co_await services.desk.record.run(std::move(keep));
}

/// Makes what has come a file that others can be told of; the body of the answer.
Step<std::string> store_file(Services& services, Upload upload, const UploadForm& form, files::Incoming& incoming) {
    const auto synced = co_await incoming.sync();
    if (!synced) co_return refuse(synced.error(), upload.locale);
    record::FileRecord file;
    file.id = random_id("f_");
    file.blob = incoming.blob();
    file.name = files::display_name(*form.file_name());
    file.size = static_cast<std::int64_t>(form.size());
    file.media_type = form.media_type();
    file.uploader = upload.caller.uploader;
    file.created_at = wall_clock_ms();
    const auto hash = form.hash();
    const auto earlier = co_await insert_row(services, upload, file, hash);
    if (!earlier) co_return refuse(earlier.error(), upload.locale);
    if (*earlier) co_return (*earlier)->body;
    const auto kept = co_await incoming.keep();
    if (!kept) co_return refuse(kept.error(), upload.locale);
    const auto theirs = co_await keep_answer(services, upload, file, hash);
    if (!theirs) co_return refuse(theirs.error(), upload.locale);
    auto& counters = services.uploads->counters;
    if (*theirs) {
        co_await services.uploads->store.remove(file.blob);
        co_return (*theirs)->body;
    }
    ++counters.taken;
    counters.bytes += form.size();
    co_return answer_body(file);
}

Step<std::string> take(Services& services, web::Request request) {
    auto& uploads = *services.uploads;
    Upload upload{request.locale, {}, std::string(request.header("idempotency-key").value_or(""))};
    upload.most = static_cast<std::uint64_t>(services.site.files.max_mib) * kMiB;
    auto caller = co_await identify(services, request);
    if (!caller) {
        const auto why = caller.error().status == 503 ? UploadRefusal::storage : UploadRefusal::access;
        co_return refuse(why, std::move(caller.error()));
    }
    upload.caller = std::move(*caller);
    if (upload.repeat_key.size() > kMostKey) co_return refuse({Code::bad_field, "Idempotency-Key"}, upload.locale);
    auto reader = web::MultipartReader::open(request.header("content-type").value_or(""));
    if (!reader) co_return refuse(reader.error(), upload.locale, UploadRefusal::malformed);
    const auto place =
        upload.caller.agent ? uploads.places.for_agent() : uploads.places.for_stranger(web::limit_key(request.peer));
    if (!place) co_return refuse(UploadRefusal::rate, web::problem({Code::slow_down, "", 1000}, upload.locale));
    auto allowed = co_await check_address(services, upload, request.peer);
    if (allowed) allowed = co_await check_count(services, upload);
    if (!allowed) co_return tl::unexpected(std::move(allowed.error()));
    auto incoming = co_await uploads.store.receive(upload.most);
    if (!incoming) co_return refuse(incoming.error(), upload.locale);
    UploadForm form(!upload.repeat_key.empty());
    auto read = co_await read_form(*request.stream, *reader, form, **incoming, upload);
    if (read) read = check_file(services.site, form, upload.locale);
    if (!read) co_return tl::unexpected(std::move(read.error()));
    co_return co_await store_file(services, upload, form, **incoming);
}

Answer upload(Services& services, web::Request request) {
    auto taken = co_await take(services, std::move(request));
    if (taken) co_return web::json(201, std::move(*taken));
    auto& refused = taken.error();
    ++services.uploads->counters.refused[static_cast<std::size_t>(refused.why)];
    co_return std::move(refused.response);
}

}  // namespace

const char* to_string(UploadRefusal refusal) noexcept {
    switch (refusal) {
        case UploadRefusal::access: return "access";
        case UploadRefusal::rate: return "rate";
        case UploadRefusal::count: return "count";
        case UploadRefusal::malformed: return "malformed";
        case UploadRefusal::too_big: return "too_big";
        case UploadRefusal::type: return "type";
        case UploadRefusal::broken: return "broken";
        case UploadRefusal::storage: return "storage";
        case UploadRefusal::count_: break;
    }
    return "other";
}

void add_uploads(web::Router& router, Services& services) {
    web::RouteOptions options;
    options.site_origins = true;
    options.stream_limit = [&services] {
        return static_cast<std::uint64_t>(services.site.files.max_mib) * kMiB + kFormBytes;
    };
    on(router, services, "POST", "/api/v1/files", upload, std::move(options));
}

}  // namespace ventanilla::api
