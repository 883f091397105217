#include "protocol/messages.hpp"

#include <algorithm>
#include <array>

namespace ventanilla::protocol {

namespace {

struct Sentence {
    std::string_view es;
    std::string_view en;

    std::string_view in(Locale locale) const { return locale == Locale::en ? en : es; }
};

struct FieldSentence {
    std::string_view field;
    Sentence sentence;
};

// The fields that people fill in. All others are filled in by programs, whose authors read `field`.
constexpr auto field_sentences = std::to_array<FieldSentence>({
    {"email",
     {"Revise su correo electrónico, por ejemplo: nombre@empresa.mx.",
      "Please check your e-mail address, for example: name@company.com."}},
    {"identity.email",
     {"Revise su correo electrónico, por ejemplo: nombre@empresa.mx.",
      "Please check your e-mail address, for example: name@company.com."}},
    {"name", {"Escriba su nombre, de 80 caracteres como máximo.", "Please enter your name, in at most 80 characters."}},
    {"message",
     {"Escriba su mensaje, de 4,000 caracteres como máximo.",
      "Please write your message, in at most 4,000 characters."}},
    {"text",
     {"Escriba un mensaje de 4,000 caracteres como máximo.", "Please write a message of at most 4,000 characters."}},
    {"department", {"Elija un departamento de la lista.", "Please choose a department from the list."}},
    {"subject",
     {"Escriba el asunto en un renglón de 200 caracteres como máximo.",
      "Please write the subject on one line of at most 200 characters."}},
    {"comments",
     {"Acorte sus comentarios a 8,000 caracteres como máximo.",
      "Please shorten your comments to at most 8,000 characters."}},
    {"comment",
     {"Acorte su comentario a 1,000 caracteres como máximo.",
      "Please shorten your comment to at most 1,000 characters."}},
    {"note",
     {"Acorte la nota a 4,000 caracteres como máximo.", "Please shorten the note to at most 4,000 characters."}},
    {"rfc", {"Revise el RFC: 12 o 13 letras y números.", "Please check the RFC: 12 or 13 letters and digits."}},
    {"score", {"Elija una calificación del 1 al 5.", "Please choose a rating from 1 to 5."}},
    {"priority", {"Elija una prioridad de la lista.", "Please choose a priority from the list."}},
    {"outcome", {"Elija cómo terminó la conversación.", "Please choose how the chat ended."}},
    {"to", {"Elija un agente o un departamento.", "Please choose an agent or a department."}},
    {"file",
     {"Ese archivo ya no está disponible. Adjúntelo de nuevo.",
      "That file is no longer available. Please attach it again."}},
});

Sentence sentence_for(Code code) {
    switch (code) {
        case Code::bad_json:
        case Code::unknown_type:
            return {"No pudimos entender la solicitud. Actualice la página e inténtelo de nuevo.",
                    "We could not understand the request. Please reload the page and try again."};
        case Code::bad_field:
            return {"Hay un dato que no es válido. Revíselo e inténtelo de nuevo.",
                    "Something is not valid. Please check it and try again."};
        case Code::unauthenticated:
            return {"Su sesión terminó. Inicie de nuevo.", "Your session has ended. Please start again."};
        case Code::forbidden: return {"No tiene permiso para hacer esto.", "You are not allowed to do this."};
        case Code::not_found:
            return {"No lo encontramos. Es posible que ya no exista o que alguien más lo haya tomado.",
                    "We could not find it. It may be gone, or somebody else may have taken it."};
        case Code::offline:
            return {"En este momento nadie puede atenderle por chat. Déjenos un ticket y le responderemos.",
                    "Nobody can chat right now. Please leave us a ticket and we will answer you."};
        case Code::not_assigned: return {"Esta conversación ya no está a su cargo.", "This chat is no longer yours."};
        case Code::chat_closed:
            return {"La conversación ya terminó. Puede iniciar otra.",
                    "This chat has ended. You can start another one."};
        case Code::client_id_reuse:
            return {"Este envío ya se hizo con otro contenido. Escríbalo de nuevo, por favor.",
                    "This was already sent with different content. Please write it again."};
        case Code::slow_down:
            return {"Va muy rápido. Espere un momento e inténtelo de nuevo.",
                    "That was a little fast. Please wait a moment and try again."};
        case Code::unavailable:
            return {"No pudimos guardarlo en este momento. Inténtelo de nuevo en unos segundos.",
                    "We could not save this right now. Please try again in a few seconds."};
    }
    return {"Algo salió mal. Inténtelo de nuevo.", "Something went wrong. Please try again."};
}

Sentence sentence_for_agents(Code code) {
    switch (code) {
        case Code::unauthenticated:
            return {"Su sesión terminó. Entre de nuevo.", "Your session has ended. Please sign in again."};
        case Code::offline:
            return {"En este momento nadie puede recibir la conversación. No cambió nada.",
                    "Nobody can take the chat right now. Nothing has changed."};
        case Code::chat_closed:
            return {"La conversación ya terminó. Puede leerla en el historial.",
                    "This chat has ended. You can read it in the history."};
        default: return sentence_for(code);
    }
}

/// "1 segundo", "15 minutos": never less than it takes.
std::string duration(std::int64_t ms, Locale locale) {
    const auto seconds = std::max<std::int64_t>(1, (ms + 999) / 1000);
    const bool in_minutes = seconds >= 60;
    const auto count = in_minutes ? (seconds + 59) / 60 : seconds;
    const Sentence unit = in_minutes ? Sentence{" minuto", " minute"} : Sentence{" segundo", " second"};
    return std::to_string(count) + std::string(unit.in(locale)) + (count == 1 ? "" : "s");
}

}  // namespace

std::string message_for(const Error& error, Locale locale, Role reader) {
    if (error.code != Code::slow_down || error.retry_after_ms <= 0) {
        return message_for(error.code, error.field, locale, reader);
    }
    const auto wait = duration(error.retry_after_ms, locale);
    if (locale == Locale::en) return "That was a little fast. Please wait " + wait + " and try again.";
    return "Va muy rápido. Espere " + wait + " e inténtelo de nuevo.";
}

std::string message_for(Code code, std::string_view field, Locale locale, Role reader) {
    if (code == Code::bad_field) {
        const auto known = std::find_if(field_sentences.begin(), field_sentences.end(),
                                        [field](const auto& entry) { return entry.field == field; });
        if (known != field_sentences.end()) {
            return std::string(known->sentence.in(locale));
        }
    }
    const auto sentence = reader == Role::agent ? sentence_for_agents(code) : sentence_for(code);
    return std::string(sentence.in(locale));
}

}  // namespace ventanilla::protocol
