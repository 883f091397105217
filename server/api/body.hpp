#pragma once
// JSON bodies: read once, every wrong field named (protocol.md 3).

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/codes.hpp"
#include "protocol/words.hpp"
#include "web/http.hpp"

namespace ventanilla::api {

/// The body as a JSON object; bad_json if it is none.
protocol::Result<nlohmann::json> json_object(std::string_view body);

/// What is wrong with a field, for people. `code` as in web::FieldError.
std::string words_for(std::string_view field, std::string_view code, protocol::Locale locale);

/// Takes the fields out of a body. Unlike a frame's reader it goes on after the first wrong one, so that a form can be
/// told all of them at once. Of one field only the first mistake is told.
class Form {
public:
    /// `object` must outlive the form.
    Form(const nlohmann::json& object, protocol::Locale locale) : object_(object), locale_(locale) {}

    bool has(std::string_view field) const { return object_.contains(field); }

    /// A text that must be there and not be blank, of at most `most` code points; "" if it is wrong.
    std::string need_text(std::string_view field, std::size_t most);
    /// The same, and one that is left out or blank is "".
    std::string text(std::string_view field, std::size_t most);
    /// An array of at most `items` texts that are not blank, each of at most `most` code points; empty if it is left out.
    std::vector<std::string> texts(std::string_view field, std::size_t items, std::size_t most);
    /// One of the words of an enum; nothing if it is left out. `needed`: then it is wrong.
    template <typename Enum>
    std::optional<Enum> word(std::string_view field, bool needed) {
        const auto spelled = spelling(field, needed);
        if (!spelled) return std::nullopt;
        const auto found = protocol::parse_word<Enum>(*spelled);
        if (!found) fail(field, "unknown");
        return found;
    }

    /// Says that `field` is wrong; `code` as in web::FieldError.
    void fail(std::string_view field, std::string_view code);
    /// The same for what was found elsewhere; one field may have several.
    void add(web::FieldError error) { errors_.push_back(std::move(error)); }
    /// Whether `field` was found wrong.
    bool failed(std::string_view field) const;

    bool good() const { return errors_.empty(); }
    const std::vector<web::FieldError>& errors() const { return errors_; }
    /// 422 with every wrong field.
    web::Response refusal() const;

private:
    const nlohmann::json* find(std::string_view field) const;
    std::optional<std::string> checked(const nlohmann::json& value, std::string_view field, std::size_t most);
    std::optional<std::string> spelling(std::string_view field, bool needed);

    const nlohmann::json& object_;
    protocol::Locale locale_;
    std::vector<web::FieldError> errors_;
};

/// 422 with these errors, the first of them named as the problem's own field.
web::Response refusal_of(const std::vector<web::FieldError>& errors, protocol::Locale locale);

}  // namespace ventanilla::api
