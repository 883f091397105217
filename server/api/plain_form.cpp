#include "api/plain_form.hpp"

#include <algorithm>
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
// A form that is too big is read as far as may be, so that its page can say so and still shows what was typed: the connection
// must not refuse it for its length alone.
constexpr std::uint64_t kNoLimit = 1ULL << 40;

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

std::uint64_t most_of_a_form(const Services& services) {
    return kMostFiles * most_of_a_file(services) + protocol::limits::http_json_body_bytes;
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

/// Writes the files of a form to disk as their bytes come. What cannot be taken is passed over.
class FileTaker {
public:
    /// `fields`: all that have come before a file begins.
    FileTaker(Services& services, FileGate& gate, const web::Pairs& fields)
        : services_(services), gate_(gate), fields_(fields) {}

    boost::asio::awaitable<void> take(PlainSink::Step step) {
        switch (step.kind) {
            case PlainSink::Step::Kind::begin: co_return co_await begin(std::move(step.text));
            case PlainSink::Step::Kind::data: co_return co_await append(std::move(step.text));
            case PlainSink::Step::Kind::end: break;
        }
        if (taking_) taken_.files.back().media_type = sniffer_.type();
        taking_ = false;
    }

    /// All but the form.
    PlainBody& taken() { return taken_; }
    /// One that was not read to its end is none.
    void drop_unfinished() {
        if (std::exchange(taking_, false)) taken_.files.pop_back();
    }

private:
    boost::asio::awaitable<void> begin(std::string name) {
        if (taken_.failure) co_return;
        if (taken_.files.size() == kMostFiles) {
            ++taken_.too_many;
            co_return;
        }
        const auto admitted = co_await gate_.admit(PlainForm(fields_));
        if (!admitted) co_return pass_over(admitted.error());
        auto bytes = co_await services_.uploads->store.receive(most_of_a_file(services_));
        if (!bytes) co_return pass_over(bytes.error());
        PlainFile file;
        file.name = files::display_name(name);
        file.bytes = std::move(*bytes);
        taken_.files.push_back(std::move(file));
        sniffer_ = {};
        taking_ = true;
    }

    void pass_over(const protocol::Error& error) {
        if (error.code == protocol::Code::not_found) {
            ++taken_.unknown;
        } else if (error.code == protocol::Code::bad_field) {
            ++taken_.too_many;
        } else {
            taken_.failure = error;
        }
    }

    boost::asio::awaitable<void> append(std::string bytes) {
        if (!taking_) co_return;
        auto& file = taken_.files.back();
        if (file.too_big) co_return;
        file.size += bytes.size();
        if (file.size > most_of_a_file(services_)) {
            file.too_big = true;
            file.bytes.reset();
            co_return;
        }
        sniffer_.feed(bytes);
        const auto written = co_await file.bytes->write(std::move(bytes));
        if (written) co_return;
        taken_.failure = written.error();
        drop_unfinished();
    }

    Services& services_;
    FileGate& gate_;
    const web::Pairs& fields_;
    PlainBody taken_;
    files::MediaTypeSniffer sniffer_;
    bool taking_ = false;
};

tl::unexpected<web::Response> refuse(const web::Bad& bad, protocol::Locale locale) {
    return tl::unexpected(web::problem(bad.status, bad.why, locale));
}

bool is_good(const web::Pairs::value_type& field) {
    const auto& [name, value] = field;
    return web::is_text(name) && web::is_utf8(value) && value.find('\0') == std::string::npos;
}

/// What came of it, as far as it was read.
OrRefusal<PlainBody> body_of(FileTaker& taker, web::Pairs fields, protocol::Locale locale) {
    auto& body = taker.taken();
    if (!body.complete) {
        taker.drop_unfinished();
        // The last one may have been cut within a character.
        std::erase_if(fields, [](const auto& field) { return !is_good(field); });
    }
    if (!std::all_of(fields.begin(), fields.end(), is_good)) return refuse({400, "the form is malformed"}, locale);
    body.form = PlainForm(std::move(fields));
    return std::move(body);
}

boost::asio::awaitable<OrRefusal<PlainBody>> read_multipart(Services& services, web::Request request,
                                                            web::MultipartReader reader, FileGate& gate) {
    PlainSink sink;
    FileTaker taker(services, gate, sink.fields);
    auto& body = taker.taken();
    std::uint64_t bytes = 0;
    while (true) {
        const auto piece = co_await request.stream->next();
        if (!piece) co_return refuse(piece.error(), request.locale);
        const bool ended = piece->empty();
        bytes += piece->size();
        body.too_big = bytes > most_of_a_form(services);
        const auto fed = reader.feed(*piece, sink);
        if (reader.has_too_many_parts()) ++body.too_many;
        if (!fed && !reader.has_too_many_parts()) co_return refuse(fed.error(), request.locale);
        if (sink.text_bytes > protocol::limits::http_json_body_bytes) {
            co_return refuse({413, "the body is too large"}, request.locale);
        }
        while (!sink.steps.empty()) {
            auto step = std::move(sink.steps.front());
            sink.steps.pop_front();
            co_await taker.take(std::move(step));
        }
        body.complete = fed && !body.too_big;
        if (!body.complete) break;
        if (!ended) continue;
        if (!reader.complete()) co_return refuse({400, "the form is not complete"}, request.locale);
        break;
    }
    co_return body_of(taker, std::move(sink.fields), request.locale);
}

boost::asio::awaitable<OrRefusal<PlainBody>> read_urlencoded(web::Request request) {
    std::string text;
    while (true) {
        const auto piece = co_await request.stream->next();
        if (!piece) co_return refuse(piece.error(), request.locale);
        if (piece->empty()) break;
        text += *piece;
        if (text.size() > protocol::limits::http_json_body_bytes) {
            co_return refuse({413, "the body is too large"}, request.locale);
        }
    }
    auto fields = web::decode_form(text);
    if (!fields) co_return refuse({400, "the form is malformed"}, request.locale);
    PlainBody body;
    body.form = PlainForm(std::move(*fields));
    co_return body;
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

web::RouteOptions plain_form_options() {
    web::RouteOptions options;
    options.null_origin = true;
    options.stream_limit = [] { return kNoLimit; };
    return options;
}

boost::asio::awaitable<OrRefusal<PlainBody>> read_plain_form(Services& services, web::Request request, FileGate& gate) {
    if (request.media_type() == "application/x-www-form-urlencoded") co_return co_await read_urlencoded(request);
    auto reader = web::MultipartReader::open(request.header("content-type").value_or(""));
    if (!reader) co_return refuse(reader.error(), request.locale);
    auto body = co_await read_multipart(services, request, std::move(*reader), gate);
    co_return body;
}

}  // namespace ventanilla::api
