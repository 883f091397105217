#include "api/plain_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/body.hpp"
#include "api/plain_gate.hpp"
#include "api/ticket_form.hpp"
#include "api/uploads.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "store/record/database.hpp"

namespace ventanilla::api {
namespace {

/// What people are told of one file that is not taken.
web::FieldError refused(const PlainFile& file, std::string_view code, std::string_view es, std::string_view en,
                        protocol::Locale locale) {
    const bool english = locale == protocol::Locale::en;
    return {"files", std::string(code), fmt::format("{}: {}", file.name, english ? en : es)};
}

/// Nothing if the site takes it.
std::optional<web::FieldError> fault_of(const PlainFile& file, const config::Site& site, protocol::Locale locale) {
    if (file.too_big) {
        return refused(file, "too_long", fmt::format("pesa más de {} MB.", site.files.max_mib),
                       fmt::format("is bigger than {} MB.", site.files.max_mib), locale);
    }
    if (file.size == 0) return refused(file, "required", "está vacío.", "is empty.", locale);
    const auto& types = site.files.types;
    if (std::find(types.begin(), types.end(), file.media_type) != types.end()) return std::nullopt;
    return refused(file, "invalid", "no aceptamos este tipo de archivo.", "this type of file is not accepted.", locale);
}

record::FileRecord record_of(const PlainFile& file, const std::string& uploader) {
    record::FileRecord record;
    record.id = random_id("f_");
    record.blob = file.bytes->blob();
    record.name = file.name;
    record.size = static_cast<std::int64_t>(file.size);
    record.media_type = file.media_type;
    record.uploader = uploader;
    record.created_at = wall_clock_ms();
    return record;
}

/// Of all files together.
web::FieldError too_big(const config::Site& site, protocol::Locale locale) {
    const auto* words = locale == protocol::Locale::en
                            ? "The files are too big. Please attach at most {}, of {} MB each."
                            : "Los archivos pesan demasiado. Adjunte {} como máximo, de {} MB cada uno.";
    return {"files", "too_long", fmt::format(fmt::runtime(words), kMostFiles, site.files.max_mib)};
}

/// The row before the bytes become a blob: whatever happens in between leaves a row that is purged after an hour, and never
/// a blob that nobody knows.
boost::asio::awaitable<protocol::Result<void>> keep(Services& services, PlainFile file, record::FileRecord record) {
    auto done = co_await file.bytes->sync();
    if (!done) co_return done;
    auto insert = [record](record::Database& database) -> protocol::Result<void> {
        record::Transaction transaction(database);
        record::FileRepository rows(database);
        if (rows.count_unattached(record.uploader) >= most_unattached(record.uploader)) {
            return protocol::fail(protocol::Code::bad_field, "files");
        }
        rows.insert(record);
        transaction.commit();
        return {};
    };
    done = co_await services.desk.record.run(std::move(insert));
    if (!done) co_return done;
    done = co_await file.bytes->keep();
    if (!done) co_return done;
    auto& counters = services.uploads->counters;
    ++counters.taken;
    counters.bytes += file.size;
    co_return done;
}

/// Those of the boxes that are this uploader's and that nothing holds.
boost::asio::awaitable<protocol::Result<std::vector<record::FileRecord>>>
kept_before(Services& services, std::vector<std::string> ids, std::string uploader) {
    if (ids.size() > kMostFiles) ids.resize(kMostFiles);
    auto find = [ids = std::move(ids), uploader = std::move(uploader)](record::Database& database) {
        std::vector<record::FileRecord> found;
        record::FileRepository files(database);
        for (const auto& id : ids) {
            auto file = files.find(id);
            if (file && file->uploader == uploader && !file->holder) found.push_back(std::move(*file));
        }
        return found;
    };
    co_return co_await services.desk.record.run(std::move(find));
}

}  // namespace

boost::asio::awaitable<protocol::Result<KeptFiles>> keep_files(Services& services, PlainBody body, std::string uploader,
                                                               protocol::Locale locale) {
    KeptFiles kept;
    auto before = body.form.values("file_id");
    const auto asked = before.size();
    if (asked > 0 && !uploader.empty()) {
        auto found = co_await kept_before(services, std::move(before), uploader);
        if (!found) co_return tl::unexpected(found.error());
        kept.files = std::move(*found);
    }
    if (kept.files.size() < asked || body.unknown > 0) {
        kept.errors.push_back({"files", "unknown", words_for("files", "unknown", locale)});
    }
    if (body.too_big) kept.errors.push_back(too_big(services.site, locale));
    bool too_many = body.too_many > 0;
    for (auto& file : body.files) {
        if (auto fault = fault_of(file, services.site, locale)) {
            kept.errors.push_back(std::move(*fault));
            continue;
        }
        if (kept.files.size() == kMostFiles) {
            too_many = true;
            break;
        }
        auto record = record_of(file, uploader);
        const auto stored = co_await keep(services, file, record);
        if (!stored && stored.error().code == protocol::Code::bad_field) {
            too_many = true;
            break;
        }
        if (!stored) co_return tl::unexpected(stored.error());
        kept.files.push_back(std::move(record));
    }
    if (too_many) kept.errors.push_back({"files", "too_long", words_for("files", "too_long", locale)});
    co_return kept;
}

}  // namespace ventanilla::api
