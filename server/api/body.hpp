#pragma once
// JSON bodies: read once, every wrong field named (protocol.md 3).

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/codes.hpp"
#include "protocol/words.hpp"
#include "web/http.hpp"

namespace ventanilla::api {

/// The body as a JSON object; bad_json if it is none.
protocol::Result<nlohmann::json> json_object(std::string_view body);

/// Takes the fields out of a body. Unlike a frame's reader it goes on after the first wrong one, so that a form can be
/// told all of them at once.
class Form {
public:
    /// `object` must outlive the form.
    Form(const nlohmann::json& object, protocol::Locale locale) : object_(object), locale_(locale) {}

    /// A text that must be there and not be blank, of at most `most` code points; "" if it is wrong.
    std::string need_text(std::string_view field, std::size_t most);

    /// Says that `field` is wrong; `code` as in web::FieldError.
    void fail(std::string_view field, std::string_view code);

    bool good() const { return errors_.empty(); }
    const std::vector<web::FieldError>& errors() const { return errors_; }
    /// 422 with every wrong field.
    web::Response refusal() const;

private:
    const nlohmann::json& object_;
    protocol::Locale locale_;
    std::vector<web::FieldError> errors_;
};

}  // namespace ventanilla::api
