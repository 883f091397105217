// Any bytes as the body of a request: however they come in pieces, the outcome is the same and within the limit. What came is then
// read as a form, whose fields survive being written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "protocol/text.hpp"
#include "web/body_decoder.hpp"
#include "web/escape.hpp"
#include "web/header_value.hpp"

namespace {

using namespace ventanilla;
using namespace ventanilla::web;

constexpr std::uint64_t limit = 4096;

void require(bool promise) {
    if (!promise) std::abort();
}

struct Outcome {
    std::string body;
    std::size_t taken = 0;
    unsigned refused = 0;
    bool done = false;
    bool operator==(const Outcome&) const = default;
};

Outcome read(const Framing& framing, std::string_view bytes, std::size_t piece) {
    BodyDecoder decoder(framing, limit);
    Outcome outcome;
    std::string waiting;
    while (!decoder.done() && outcome.refused == 0) {
        const auto step = decoder.step(waiting);
        if (!step) {
            outcome.refused = step.error().status;
            require(outcome.refused == 400 || outcome.refused == 413);
            break;
        }
        require(step->taken <= waiting.size() && step->body.size() <= step->taken);
        outcome.body += step->body;
        outcome.taken += step->taken;
        waiting.erase(0, step->taken);
        if (!step->body.empty() || decoder.done()) continue;
        require(waiting.empty());
        if (bytes.empty()) break;
        waiting = bytes.substr(0, piece);
        bytes.remove_prefix(waiting.size());
    }
    outcome.done = decoder.done();
    require(outcome.body.size() <= limit);
    return outcome;
}

void check_framing(const Framing& framing, std::string_view bytes) {
    const auto whole = read(framing, bytes, bytes.size());
    for (const std::size_t piece : {1U, 2U, 7U}) {
        auto pieces = read(framing, bytes, piece);
        // A refusal comes where it must: what was given before it is the same, as far as the shorter one goes.
        require(pieces.refused == whole.refused && pieces.done == whole.done);
        if (whole.refused == 0) require(pieces == whole);
    }
}

void check_form(std::string_view bytes) {
    const auto fields = decode_form(bytes);
    if (!fields) return;
    std::string again;
    for (const auto& [name, value] : *fields) {
        require(protocol::is_utf8(name) && protocol::is_utf8(value));
        if (!again.empty()) again += '&';
        for (const char c : name) again += fmt::format("%{:02x}", static_cast<unsigned char>(c));
        again += '=';
        for (const char c : value) again += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    if (!fields->empty()) require(decode_form(again) == fields);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    Framing framing;
    framing.chunked = true;
    check_framing(framing, bytes);
    framing.chunked = false;
    framing.length = size % (limit + 2);
    check_framing(framing, bytes);
    check_form(bytes);
    if (const auto value = parse_header_value(bytes)) require(!value->value.empty() || value->parameters.empty());
    decode_extended(bytes);
    return 0;
}
