// GET /api/v1/files/{id}.

#include <memory>
#include <utility>

#include "api/file_access.hpp"
#include "api/handlers.hpp"
#include "api/uploads.hpp"
#include "web/body_stream.hpp"
#include "web/header_value.hpp"

namespace ventanilla::api {
namespace {

using protocol::Code;

constexpr std::size_t kPiece = 64UL * 1024;

/// A stored file as the body of an answer: one piece at a time is in memory.
class FileSource final : public web::BodySource {
public:
    explicit FileSource(std::shared_ptr<files::Outgoing> file) : file_(std::move(file)) {}

    std::uint64_t size() const noexcept override { return file_->size(); }

    boost::asio::awaitable<std::optional<std::string_view>> next() override {
        auto piece = co_await file_->read(offset_, kPiece);
        if (!piece || piece->empty()) co_return std::nullopt;
        piece_ = std::move(*piece);
        offset_ += piece_.size();
        co_return std::string_view(piece_);
    }

private:
    std::shared_ptr<files::Outgoing> file_;
    std::string piece_;
    std::uint64_t offset_ = 0;
};

/// Saved, never shown in the server's own origin, whatever is inside.
web::Response file_response(const record::FileRecord& file, std::shared_ptr<files::Outgoing> content) {
    web::Response response;
    response.set("content-type", file.media_type);
    response.set("content-disposition", web::attachment_named(file.name));
    response.set("content-security-policy", "sandbox; default-src 'none'");
    response.set("cache-control", "private, no-store");
    response.source = std::make_shared<FileSource>(std::move(content));
    return response;
}

Answer download(Services& services, web::Request request) {
    const auto locale = request.locale;
    auto find = [id = std::string(request.param("id"))](record::Database& database) {
        return record::FileRepository(database).find(id);
    };
    auto file = co_await services.desk.record.run(std::move(find));
    if (!file) co_return web::problem(file.error(), locale);
    if (!*file || (*file)->erased) co_return web::problem({Code::not_found}, locale);
    const auto caller = co_await identify(services, std::move(request), held_ticket(**file));
    if (!caller && caller.error().status == 503) co_return caller.error();
    // Strangers learn as much as if there were no such file.
    if (!caller) co_return web::problem({Code::not_found}, locale);
    const auto readable = co_await check_readable(services, *caller, **file);
    if (!readable) co_return web::problem(readable.error(), locale);
    auto content = co_await services.uploads->store.open((*file)->blob);
    if (!content) co_return web::problem(content.error(), locale);
    ++services.uploads->counters.downloads;
    co_return file_response(**file, std::move(*content));
}

}  // namespace

void add_downloads(web::Router& router, Services& services) {
    web::RouteOptions options;
    options.site_origins = true;  // the widget shows pictures: it fetches them with its token
    on(router, services, "GET", "/api/v1/files/{id}", download, std::move(options));
}

}  // namespace ventanilla::api
