#include "api/body.hpp"

#include "protocol/json_scan.hpp"
#include "protocol/messages.hpp"
#include "protocol/text.hpp"

namespace ventanilla::api {
namespace {

/// What is wrong with a field, for people. The codes that a captcha adds are worded where a captcha is checked.
std::string words_for(std::string_view field, std::string_view code, protocol::Locale locale) {
    const bool spanish = locale == protocol::Locale::es_mx;
    if (code == "required") return spanish ? "Este dato es necesario." : "This is needed.";
    if (code == "too_long") return spanish ? "Este texto es demasiado largo." : "This text is too long.";
    return protocol::message_for(protocol::Code::bad_field, field, locale);
}

}  // namespace

protocol::Result<nlohmann::json> json_object(std::string_view body) {
    const auto scanned = protocol::scan_json(body);
    if (!scanned) return protocol::fail(protocol::Code::bad_json);
    auto parsed =
        nlohmann::json::parse(scanned->repaired ? std::string_view(*scanned->repaired) : body, nullptr, false);
    if (!parsed.is_object()) return protocol::fail(protocol::Code::bad_json);
    return parsed;
}

std::string Form::need_text(std::string_view field, std::size_t most) {
    const auto found = object_.find(field);
    if (found == object_.end() || found->is_null()) {
        fail(field, "required");
        return {};
    }
    if (!found->is_string()) {
        fail(field, "wrong_type");
        return {};
    }
    auto text = found->get<std::string>();
    if (protocol::is_blank(text)) {
        fail(field, "required");
    } else if (text.find('\0') != std::string::npos) {
        fail(field, "invalid");
    } else if (protocol::code_points(text) > most) {
        fail(field, "too_long");
    } else {
        return text;
    }
    return {};
}

void Form::fail(std::string_view field, std::string_view code) {
    errors_.push_back({std::string(field), std::string(code), words_for(field, code, locale_)});
}

web::Response Form::refusal() const {
    const protocol::Error error{protocol::Code::bad_field, errors_.empty() ? std::string() : errors_.front().field};
    return web::problem(error, locale_, errors_);
}

}  // namespace ventanilla::api
