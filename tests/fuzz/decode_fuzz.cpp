// Any bytes as a frame, for both roles: never a crash, and what is decoded keeps the promises of decode.hpp and
// scan_message.hpp.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "protocol/decode.hpp"
#include "protocol/encode.hpp"
#include "protocol/limits.hpp"
#include "protocol/scan_message.hpp"
#include "protocol/text.hpp"

namespace {

using namespace ventanilla::protocol;

void require(bool promise) {
    if (!promise) {
        std::abort();
    }
}

void check(const Refusal& refusal) {
    require(refusal.re >= 0 && refusal.re <= limits::max_integer);
    require((refusal.error.code == Code::bad_field) == !refusal.error.field.empty());
    // The answer is itself a frame that every client can read.
    const auto answer = error(refusal.re, refusal.error, Locale::en);
    require(nlohmann::json::accept(*answer));
    require(answer->find('\0') == std::string::npos);
}

template <typename Decoded>
void check(const Decoded& decoded, std::int64_t last_id) {
    if (!decoded) {
        check(decoded.error());
        return;
    }
    require(decoded->id > last_id && decoded->id <= limits::max_integer);
    std::visit(
        [](const auto& request) {
            if constexpr (requires { request.chat.size(); }) {
                require(!is_blank(request.chat) && code_points(request.chat) <= limits::id);
            }
            if constexpr (requires { request.client_id; }) {
                require(!is_blank(request.client_id) && code_points(request.client_id) <= limits::client_id);
            }
        },
        decoded->request);
}

/// A message.send that takes the short way means what the general decoder makes of it: a member more, which means nothing,
/// bars that way.
template <typename Decode>
void check_short_way(std::string_view text, std::int64_t last_id, Decode decode) {
    const auto found = scan_message(text, last_id);
    if (!found) return;
    std::string longer(text);
    longer.replace(longer.find('{'), 1, R"({"~":0,)");
    const auto decoded = decode(longer, last_id);
    require(!scan_message(longer, last_id) && decoded && decoded->id == found->id);
    const auto* request = std::get_if<MessageSend>(&decoded->request);
    require(request != nullptr && request->chat == found->request.chat &&
            request->client_id == found->request.client_id);
    require(request->text == found->request.text && !request->file && !found->request.file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::int64_t last_id = static_cast<std::int64_t>(size % 3);
    check(decode_visitor(text, last_id), last_id);
    check(decode_agent(text, last_id), last_id);
    check_short_way(text, last_id, decode_visitor);
    check_short_way(text, last_id, decode_agent);
    return 0;
}
