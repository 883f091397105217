#include "protocol/field_reader.hpp"

#include <limits>
#include <utility>

#include "protocol/email.hpp"
#include "protocol/text.hpp"

namespace ventanilla::protocol {

namespace {

bool has_nul(std::string_view text) noexcept {
    return text.find('\0') != std::string_view::npos;
}

}  // namespace

std::optional<std::int64_t> exact_integer(const nlohmann::json& json) noexcept {
    if (const auto* natural = json.get_ptr<const nlohmann::json::number_unsigned_t*>()) {
        if (*natural > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            return std::nullopt;
        }
        return static_cast<std::int64_t>(*natural);
    }
    if (const auto* integer = json.get_ptr<const nlohmann::json::number_integer_t*>()) {
        return *integer;
    }
    return std::nullopt;
}

FieldReader::FieldReader(const nlohmann::json& object, std::optional<Error>& error, std::string prefix)
    : object_(object), error_(error), prefix_(std::move(prefix)) {}

void FieldReader::fail(std::string_view key) {
    if (!error_) {
        error_ = Error{Code::bad_field, prefix_ + std::string(key)};
    }
}

const nlohmann::json* FieldReader::find(std::string_view key) const {
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
}

const std::string* FieldReader::find_text(std::string_view key) {
    const auto* value = find(key);
    if (value == nullptr) {
        return nullptr;
    }
    const auto* text = value->get_ptr<const std::string*>();
    if (text == nullptr || has_nul(*text)) {
        fail(key);
        return nullptr;
    }
    return text;
}

std::optional<std::string> FieldReader::checked_text(std::string_view key, std::size_t most, bool blank_is_wrong) {
    const auto* text = find_text(key);
    if (text == nullptr) {
        return std::nullopt;
    }
    if (code_points(*text) > most || (blank_is_wrong && is_blank(*text))) {
        fail(key);
        return std::nullopt;
    }
    return *text;
}

std::string FieldReader::need_text(std::string_view key, std::size_t most) {
    auto text = checked_text(key, most, true);
    if (!text) {
        fail(key);
        return {};
    }
    return *std::move(text);
}

std::optional<std::string> FieldReader::maybe_text(std::string_view key, std::size_t most) {
    return checked_text(key, most, true);
}

std::optional<std::string> FieldReader::maybe_any_text(std::string_view key, std::size_t most) {
    return checked_text(key, most, false);
}

std::optional<std::string> FieldReader::maybe_empty_text(std::string_view key, std::size_t most) {
    auto text = checked_text(key, most, false);
    if (text && text->empty()) {
        return std::nullopt;
    }
    return text;
}

std::string FieldReader::need_line(std::string_view key, std::size_t most) {
    auto text = need_text(key, most);
    if (!is_one_line(text)) {
        fail(key);
    }
    return text;
}

std::string FieldReader::cut_text(std::string_view key, std::size_t most) {
    const auto* text = find_text(key);
    return text == nullptr ? std::string{} : std::string(cut(*text, most));
}

std::optional<std::string> FieldReader::maybe_email(std::string_view key) {
    const auto* text = find_text(key);
    if (text == nullptr) {
        return std::nullopt;
    }
    auto address = parse_email(*text);
    if (!address) {
        fail(key);
    }
    return address;
}

std::optional<std::int64_t> FieldReader::maybe_integer(std::string_view key, std::int64_t least, std::int64_t most) {
    const auto* value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto integer = exact_integer(*value);
    if (!integer || *integer < least || *integer > most) {
        fail(key);
        return std::nullopt;
    }
    return integer;
}

std::int64_t FieldReader::need_integer(std::string_view key, std::int64_t least, std::int64_t most) {
    const auto integer = maybe_integer(key, least, most);
    if (!integer) {
        fail(key);
    }
    return integer.value_or(least);
}

bool FieldReader::need_bool(std::string_view key) {
    const auto* value = find(key);
    const auto* flag = value == nullptr ? nullptr : value->get_ptr<const bool*>();
    if (flag == nullptr) {
        fail(key);
        return false;
    }
    return *flag;
}

Fields FieldReader::maybe_fields(std::string_view key) {
    const auto* object = maybe_object(key);
    if (object == nullptr) {
        return {};
    }
    if (object->size() > limits::fields) {
        fail(key);
        return {};
    }
    Fields fields;
    FieldReader reader(*object, error_, prefix_ + std::string(key) + ".");
    for (const auto& [name, value] : object->items()) {
        // A name that is wrong itself is not repeated in the answer.
        if (has_nul(name) || is_blank(name) || code_points(name) > limits::field_key) {
            fail(key);
        } else if (auto text = reader.maybe_any_text(name, limits::field_value)) {
            fields.emplace(name, *std::move(text));
        }
    }
    return fields;
}

const nlohmann::json* FieldReader::maybe_object(std::string_view key) {
    const auto* value = find(key);
    if (value != nullptr && !value->is_object()) {
        fail(key);
        return nullptr;
    }
    return value;
}

}  // namespace ventanilla::protocol
