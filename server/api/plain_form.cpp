#include "api/plain_form.hpp"

#include <deque>
#include <optional>
#include <utility>

#include "api/ticket_form.hpp"
#include "api/uploads.hpp"
#include "protocol/limits.hpp"
#include "store/files/display_name.hpp"
#include "store/files/media_type.hpp"
#include "web/body_stream.hpp"
#include "web/escape.hpp"
#include "web/multipart.hpp"

namespace ventanilla::api {
namespace {

constexpr std::uint64_t kMiB = 1024UL * 1024;
constexpr std::string_view kFiles = "files";

std::string with_line_feeds(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        out.push_back(text[i] == '\r' ? '\n' : text[i]);
    }
    return out;
}

std::uint64_t most_of_a_file(const Services& services) {
    return static_cast<std::uint64_t>(services.site.files.max_mib) * kMiB;
}

/// What a piece of the body said, in order: fields are kept, files are told of so that they can be written one by one.
class PlainSink final : public web::MultipartReader::Sink {
public:
    struct Step {
        enum class Kind : std::uint8_t { begin, data, end } kind = Kind::data;
        std::string text;
    };

    void on_part(web::PartHead head) override {
        in_file_ = head.file_name.has_value();
        // A field of files in which nothing was chosen comes as one without a name.
        skipped_ = in_file_ && (head.name != kFiles || head.file_name->empty());
        if (skipped_) return;
        if (in_file_) {
            steps.push_back({Step::Kind::begin, *head.file_name});
        } else {
            fields.emplace_back(std::move(head.name), "");
        }
    }
    void on_data(std::string_view bytes) override {
        if (skipped_) return;
        if (in_file_) {
            steps.push_back({Step::Kind::data, std::string(bytes)});
            return;
        }
        text_bytes += bytes.size();
        if (text_bytes <= protocol::limits::http_json_body_bytes) fields.back().second += bytes;
    }
    void on_part_end() override {
        if (in_file_ && !skipped_) steps.push_back({Step::Kind::end, {}});
        skipped_ = false;
    }

    std::deque<Step> steps;
    web::Pairs fields;
    std::size_t text_bytes = 0;  ///< of all fields

private:
    bool in_file_ = false;
    bool skipped_ = false;
};

/// Writes the files of a form to disk as their bytes come.
class FileTaker {
public:
    explicit FileTaker(Services& services) : services_(services) {}

    desk::Task<void> take(PlainSink::Step step) {
        switch (step.kind) {
            case PlainSink::Step::Kind::begin: co_return co_await begin(std::move(step.text));
            case PlainSink::Step::Kind::data: co_return co_await append(std::move(step.text));
            case PlainSink::Step::Kind::end: break;
        }
        if (taking_) taken.back().media_type = sniffer_.type();
        taking_ = false;
        co_return protocol::Result<void>();
    }

    std::vector<PlainFile> taken;
    std::size_t too_many = 0;

private:
    desk::Task<void> begin(std::string name) {
        if (taken.size() == kMostFiles) {
            ++too_many;
            co_return protocol::Result<void>();
        }
        auto bytes = co_await services_.uploads->store.receive(most_of_a_file(services_));
        if (!bytes) co_return tl::unexpected(bytes.error());
        PlainFile file;
        file.name = files::display_name(name);
        file.bytes = std::move(*bytes);
        taken.push_back(std::move(file));
        sniffer_ = {};
        taking_ = true;
        co_return protocol::Result<void>();
    }

    desk::Task<void> append(std::string bytes) {
        if (!taking_) co_return protocol::Result<void>();
        auto& file = taken.back();
        file.size += bytes.size();
        if (file.size > most_of_a_file(services_)) {
            file.too_big = true;
            file.bytes.reset();
            co_return protocol::Result<void>();
        }
        sniffer_.feed(bytes);
        co_return co_await file.bytes->write(std::move(bytes));
    }

    Services& services_;
    files::MediaTypeSniffer sniffer_;
    bool taking_ = false;
};

tl::unexpected<web::Response> refuse(const web::Bad& bad, protocol::Locale locale) {
    return tl::unexpected(web::problem(bad.status, bad.why, locale));
}

boost::asio::awaitable<OrRefusal<PlainBody>> read_multipart(Services& services, web::Request request,
                                                            web::MultipartReader reader) {
    PlainSink sink;
    FileTaker taker(services);
    while (true) {
        const auto piece = co_await request.stream->next();
        if (!piece) co_return refuse(piece.error(), request.locale);
        const bool ended = piece->empty();
        if (const auto fed = reader.feed(*piece, sink); !fed) co_return refuse(fed.error(), request.locale);
        if (sink.text_bytes > protocol::limits::http_json_body_bytes) {
            co_return refuse({413, "the body is too large"}, request.locale);
        }
        while (!sink.steps.empty()) {
            auto step = std::move(sink.steps.front());
            sink.steps.pop_front();
            const auto taken = co_await taker.take(std::move(step));
            if (!taken) co_return tl::unexpected(web::problem(taken.error(), request.locale));
        }
        if (!ended) continue;
        if (!reader.complete()) co_return refuse({400, "the form is not complete"}, request.locale);
        co_return PlainBody{PlainForm(std::move(sink.fields)), std::move(taker.taken), taker.too_many};
    }
}

boost::asio::awaitable<OrRefusal<PlainBody>> read_urlencoded(web::Request request) {
    std::string body;
    while (true) {
        const auto piece = co_await request.stream->next();
        if (!piece) co_return refuse(piece.error(), request.locale);
        if (piece->empty()) break;
        body += *piece;
        if (body.size() > protocol::limits::http_json_body_bytes) {
            co_return refuse({413, "the body is too large"}, request.locale);
        }
    }
    auto fields = web::decode_form(body);
    if (!fields) co_return refuse({400, "the form is malformed"}, request.locale);
    co_return PlainBody{PlainForm(std::move(*fields))};
}

}  // namespace

PlainForm::PlainForm(web::Pairs fields) : fields_(std::move(fields)) {
    for (auto& [name, value] : fields_) value = with_line_feeds(value);
}

std::string PlainForm::value(std::string_view name) const {
    return std::string(web::find(fields_, name).value_or(""));
}

std::vector<std::string> PlainForm::values(std::string_view name) const {
    std::vector<std::string> found;
    for (const auto& [key, value] : fields_) {
        if (key == name) found.push_back(value);
    }
    return found;
}

web::RouteOptions plain_form_options(const Services& services) {
    web::RouteOptions options;
    options.stream_limit = [&services] {
        return kMostFiles * most_of_a_file(services) + protocol::limits::http_json_body_bytes;
    };
    return options;
}

boost::asio::awaitable<OrRefusal<PlainBody>> read_plain_form(Services& services, web::Request request) {
    if (request.media_type() == "application/x-www-form-urlencoded") co_return co_await read_urlencoded(request);
    auto reader = web::MultipartReader::open(request.header("content-type").value_or(""));
    if (!reader) co_return refuse(reader.error(), request.locale);
    auto body = co_await read_multipart(services, request, std::move(*reader));
    co_return body;
}

}  // namespace ventanilla::api
