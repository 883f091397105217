// Any bytes as a form and its pieces: the reader never crashes, however the bytes come the outcome is the same, and what it
// lets through keeps its promises. The content of its files then has one type and one name that can be shown.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "store/files/display_name.hpp"
#include "store/files/media_type.hpp"
#include "web/escape.hpp"
#include "web/header_value.hpp"
#include "web/multipart.hpp"

namespace {

using namespace ventanilla;
using web::MultipartReader;

void require(bool promise) {
    if (!promise) std::abort();
}

class Recorder final : public MultipartReader::Sink {
public:
    struct Part {
        web::PartHead head;
        std::string data;
        bool ended = false;
        bool operator==(const Part&) const = default;
    };
    void on_part(web::PartHead head) override {
        require(!head.name.empty() && (parts.empty() || parts.back().ended));
        parts.push_back({std::move(head), {}, false});
    }
    void on_data(std::string_view bytes) override {
        require(!bytes.empty() && !parts.empty() && !parts.back().ended);
        parts.back().data += bytes;
    }
    void on_part_end() override {
        require(!parts.empty() && !parts.back().ended);
        parts.back().ended = true;
    }

    std::vector<Part> parts;
};

struct Outcome {
    std::vector<Recorder::Part> parts;
    bool complete = false;
    bool refused = false;
    bool operator==(const Outcome&) const = default;
};

Outcome read(MultipartReader reader, std::string_view bytes, std::size_t piece) {
    Recorder recorder;
    Outcome outcome;
    while (!bytes.empty() && !outcome.refused) {
        const auto part = bytes.substr(0, piece);
        bytes.remove_prefix(part.size());
        const auto fed = reader.feed(part, recorder);
        outcome.refused = !fed;
        if (!fed) require(fed.error().status == 400 && !fed.error().why.empty());
    }
    outcome.parts = recorder.parts;
    outcome.complete = reader.complete();
    require(outcome.parts.size() <= MultipartReader::parts_limit);
    return outcome;
}

void check_name(const std::string& raw) {
    const auto name = files::display_name(raw);
    require(!name.empty() && web::is_text(name));
    require(name.find_first_of("/\\") == std::string::npos && name != "." && name != "..");
    require(files::display_name(name) == name);
    const auto header = web::attachment_named(name);
    const auto parsed = web::parse_header_value(header);
    require(parsed && parsed->value == "attachment");
    require(web::decode_extended(web::find(parsed->parameters, "filename*").value_or("")) == name);
    require(std::all_of(header.begin(), header.end(), [](char c) { return c >= 0x20 && c < 0x7f; }));
}

void check_type(std::string_view content) {
    const auto whole = files::media_type_of(content);
    files::MediaTypeSniffer sniffer;
    for (std::size_t at = 0; at < content.size(); at += 7) sniffer.feed(content.substr(at, 7));
    require(sniffer.type() == whole);
    if (whole.starts_with("text/")) require(content.find('\0') == std::string_view::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    // The first line is the Content-Type; an input without one has the boundary of the seeds.
    const auto line = std::min(bytes.find('\n'), bytes.size());
    auto reader = MultipartReader::open(bytes.substr(0, line));
    auto body = reader ? bytes.substr(std::min(line + 1, bytes.size())) : bytes;
    if (!reader) {
        require(reader.error().status == 400 || reader.error().status == 415);
        reader = MultipartReader::open("multipart/form-data; boundary=b");
    }
    const auto whole = read(*reader, body, std::string_view::npos);
    for (const std::size_t piece : {1U, 3U, 16U}) {
        const auto pieces = read(*reader, body, piece);
        require(pieces.refused == whole.refused && pieces.complete == whole.complete);
        if (!whole.refused) require(pieces == whole);
    }
    for (const auto& part : whole.parts) {
        if (part.head.file_name) check_name(*part.head.file_name);
        check_type(part.data);
    }
    check_type(bytes);
    check_name(std::string(bytes.substr(0, 600)));
    return 0;
}
