#include "api/body.hpp"

#include <algorithm>
#include <array>

#include "protocol/json_scan.hpp"
#include "protocol/messages.hpp"
#include "protocol/text.hpp"

namespace ventanilla::api {
namespace {

struct Sentence {
    std::string_view field;  ///< "" for every field that has none of its own
    std::string_view code;
    std::string_view es;
    std::string_view en;
};

// What protocol::message_for has no sentence for, or too general a one. Those of a field stand before the general ones.
constexpr auto sentences = std::to_array<Sentence>({
    {"email", "required", "Escriba el correo donde quiere la respuesta.",
     "Please enter the e-mail address for our answer."},
    {"rfc", "required", "Escriba el RFC. Si no tiene uno, use XAXX010101000.",
     "Please enter the RFC. If you have none, use XAXX010101000."},
    {"rfc", "invalid", "Revise el RFC: 3 o 4 letras, una fecha (AAMMDD) y 3 caracteres, por ejemplo GODE561231GR8.",
     "Please check the RFC: 3 or 4 letters, a date (YYMMDD) and 3 characters, for example GODE561231GR8."},
    {"department", "required", "Elija un departamento.", "Please choose a department."},
    {"priority", "required", "Elija qué tan urgente es.", "Please choose how urgent it is."},
    {"subject", "required", "Escriba el asunto en pocas palabras.", "Please write the subject in a few words."},
    {"subject", "invalid", "El asunto debe caber en un solo renglón.", "The subject must fit on one line."},
    {"text", "required", "Escriba su respuesta.", "Please write your answer."},
    {"text", "too_long", "Acorte el texto a 8,000 caracteres como máximo.",
     "Please shorten the text to at most 8,000 characters."},
    {"captcha", "required", "Escriba los números de la imagen o del audio.",
     "Please type the digits of the picture or the audio."},
    {"captcha", "wrong", "No coincide. Le damos un código nuevo; escríbalo, por favor.",
     "That does not match. Here is a new code; please type it."},
    {"captcha", "expired", "El código venció a los 10 minutos. Le damos uno nuevo.",
     "The code expired after 10 minutes. Here is a new one."},
    {"captcha", "used", "Ese código ya se usó. Le damos uno nuevo.", "That code was used before. Here is a new one."},
    {"files", "too_long", "Adjunte 5 archivos como máximo.", "Please attach at most 5 files."},
    {"files", "unknown", "Un archivo ya no está disponible. Adjúntelo de nuevo.",
     "A file is no longer available. Please attach it again."},
    {"assignee", "unknown", "Elija un agente de la lista.", "Please choose an agent from the list."},
    {"state", "unknown", "Elija un estado de la lista.", "Please choose a state from the list."},
    {"into", "required", "Escriba el número del otro ticket.", "Please enter the number of the other ticket."},
    {"into", "invalid", "No se puede unir con ese ticket.", "It cannot be merged with that ticket."},
    {"", "required", "Este dato es necesario.", "This is needed."},
    {"", "too_long", "Este texto es demasiado largo.", "This text is too long."},
});

}  // namespace

std::string words_for(std::string_view field, std::string_view code, protocol::Locale locale) {
    // "files[2]" speaks of files.
    const auto name = field.substr(0, field.find('['));
    const auto own = std::find_if(sentences.begin(), sentences.end(), [&](const Sentence& sentence) {
        return sentence.code == code && sentence.field == name;
    });
    const bool english = protocol::Locale::en == locale;
    if (own != sentences.end()) return std::string(english ? own->en : own->es);
    const auto precise = protocol::message_for(protocol::Code::bad_field, name, locale);
    // A sentence that names the limits of this very field says more than "too long".
    if (code != "required" && precise != protocol::message_for(protocol::Code::bad_field, "", locale)) return precise;
    const auto general = std::find_if(sentences.begin(), sentences.end(), [&](const Sentence& sentence) {
        return sentence.code == code && sentence.field.empty();
    });
    return general == sentences.end() ? precise : std::string(english ? general->en : general->es);
}

protocol::Result<nlohmann::json> json_object(std::string_view body) {
    const auto scanned = protocol::scan_json(body);
    if (!scanned) return protocol::fail(protocol::Code::bad_json);
    auto parsed =
        nlohmann::json::parse(scanned->repaired ? std::string_view(*scanned->repaired) : body, nullptr, false);
    if (!parsed.is_object()) return protocol::fail(protocol::Code::bad_json);
    return parsed;
}

const nlohmann::json* Form::find(std::string_view field) const {
    const auto found = object_.find(field);
    return found == object_.end() ? nullptr : &*found;
}

std::optional<std::string> Form::checked(const nlohmann::json& value, std::string_view field, std::size_t most) {
    if (!value.is_string()) {
        fail(field, "wrong_type");
        return std::nullopt;
    }
    auto text = value.get<std::string>();
    // Of bytes that are no text the code points cannot be counted, and no answer could tell of them.
    if (text.find('\0') != std::string::npos || !protocol::is_utf8(text)) {
        fail(field, "invalid");
    } else if (protocol::code_points(text) > most) {
        fail(field, "too_long");
    } else {
        return text;
    }
    return std::nullopt;
}

std::string Form::need_text(std::string_view field, std::size_t most) {
    const auto* found = find(field);
    if (found == nullptr || found->is_null()) {
        fail(field, "required");
        return {};
    }
    auto text = checked(*found, field, most);
    if (!text) return {};
    if (!protocol::is_blank(*text)) return std::move(*text);
    fail(field, "required");
    return {};
}

std::string Form::text(std::string_view field, std::size_t most) {
    const auto* found = find(field);
    if (found == nullptr) return {};
    auto text = checked(*found, field, most);
    if (!text || protocol::is_blank(*text)) return {};
    return std::move(*text);
}

std::vector<std::string> Form::texts(std::string_view field, std::size_t items, std::size_t most) {
    std::vector<std::string> list;
    const auto* found = find(field);
    if (found == nullptr) return list;
    if (!found->is_array()) {
        fail(field, "wrong_type");
        return list;
    }
    if (found->size() > items) {
        fail(field, "too_long");
        return list;
    }
    for (const auto& item : *found) {
        auto text = checked(item, field, most);
        if (!text) return {};
        if (protocol::is_blank(*text)) {
            fail(field, "invalid");
            return {};
        }
        list.push_back(std::move(*text));
    }
    return list;
}

std::optional<std::string> Form::spelling(std::string_view field, bool needed) {
    const auto* found = find(field);
    if (found == nullptr ||
        (needed && (found->is_null() || (found->is_string() && found->get<std::string>().empty())))) {
        if (needed) fail(field, "required");
        return std::nullopt;
    }
    if (found->is_string()) return found->get<std::string>();
    fail(field, "wrong_type");
    return std::nullopt;
}

void Form::fail(std::string_view field, std::string_view code) {
    if (failed(field)) return;
    errors_.push_back({std::string(field), std::string(code), words_for(field, code, locale_)});
}

bool Form::failed(std::string_view field) const {
    return std::any_of(errors_.begin(), errors_.end(), [&](const auto& error) { return error.field == field; });
}

web::Response Form::refusal() const {
    return refusal_of(errors_, locale_);
}

web::Response refusal_of(const std::vector<web::FieldError>& errors, protocol::Locale locale) {
    const protocol::Error error{protocol::Code::bad_field, errors.empty() ? std::string() : errors.front().field};
    return web::problem(error, locale, errors);
}

}  // namespace ventanilla::api
