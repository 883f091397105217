// The members of an aggregate in braces are read from left to right, so the order of fields below is the order in
// which wrong ones are noticed.
#include "protocol/read_requests.hpp"

#include <string>

namespace ventanilla::protocol {

namespace {

PageInfo read_page_info(FieldReader& reader) {
    const auto* page = reader.maybe_object("page");
    if (page == nullptr) {
        return {};
    }
    FieldReader inner(*page, reader.error(), "page.");
    return PageInfo{inner.cut_text("url", limits::url), inner.cut_text("title", limits::title),
                    inner.cut_text("referrer", limits::url)};
}

std::optional<Identity> read_identity(FieldReader& reader) {
    const auto* identity = reader.maybe_object("identity");
    if (identity == nullptr) {
        return std::nullopt;
    }
    FieldReader inner(*identity, reader.error(), "identity.");
    Identity read{inner.maybe_email("email"), inner.maybe_text("name", limits::name), inner.maybe_fields("fields"),
                  inner.maybe_integer("expires_at", 0, limits::max_integer),
                  inner.maybe_empty_text("signature", limits::signature)};
    // The signature is over these two; without them it says nothing.
    if (read.signature && !read.email) {
        inner.fail("email");
    }
    if (read.signature && !read.expires_at) {
        inner.fail("expires_at");
    }
    return read;
}

std::optional<Resume> read_resume(FieldReader& reader) {
    const auto* resume = reader.maybe_object("resume");
    if (resume == nullptr) {
        return std::nullopt;
    }
    FieldReader inner(*resume, reader.error(), "resume.");
    return Resume{inner.need_id("chat"), inner.need_integer("after", 0, limits::max_integer)};
}

}  // namespace

Hello read_hello(FieldReader& reader) {
    return Hello{reader.need_id("channel"),
                 reader.maybe_any_text("token", limits::token),
                 reader.maybe_any_text("locale", limits::locale).value_or(""),
                 read_page_info(reader),
                 read_identity(reader),
                 read_resume(reader)};
}

ChatStart read_chat_start(FieldReader& reader) {
    return ChatStart{reader.need_text("client_id", limits::client_id), reader.maybe_id("department"),
                     reader.maybe_text("name", limits::name),          reader.maybe_email("email"),
                     reader.maybe_text("message", limits::text),       reader.maybe_fields("fields")};
}

MessageSend read_message_send(FieldReader& reader) {
    MessageSend send{reader.need_id("chat"), reader.need_text("client_id", limits::client_id),
                     reader.maybe_text("text", limits::text), reader.maybe_id("file")};
    if (!send.text && !send.file) {
        reader.fail("text");
    }
    if (send.text && send.file) {
        reader.fail("file");
    }
    return send;
}

Typing read_typing(FieldReader& reader) {
    return Typing{reader.need_id("chat"), reader.need_bool("on"), reader.maybe_empty_text("draft", limits::text)};
}

Read read_read(FieldReader& reader) {
    return Read{reader.need_id("chat"), reader.need_integer("seq", 1, limits::max_integer)};
}

ChatSync read_chat_sync(FieldReader& reader) {
    return ChatSync{reader.need_id("chat"), reader.need_integer("after", 0, limits::max_integer),
                    reader.maybe_integer("limit", 1, limits::sync_entries).value_or(limits::sync_entries)};
}

ChatClose read_chat_close(FieldReader& reader) {
    return ChatClose{reader.need_id("chat")};
}

ChatRate read_chat_rate(FieldReader& reader) {
    return ChatRate{reader.need_id("chat"), reader.need_integer("score", 1, 5),
                    reader.maybe_empty_text("comment", limits::comment)};
}

ChatTranscript read_chat_transcript(FieldReader& reader) {
    return ChatTranscript{reader.need_id("chat")};
}

Page read_page(FieldReader& reader) {
    return Page{reader.cut_text("url", limits::url), reader.cut_text("title", limits::title)};
}

AgentHello read_agent_hello(FieldReader& reader) {
    return AgentHello{reader.need_text("device", limits::device)};
}

StateSet read_state_set(FieldReader& reader) {
    return StateSet{reader.need_word<AgentState>("state")};
}

ChatTake read_chat_take(FieldReader& reader) {
    ChatTake take{reader.maybe_id("chat"), reader.maybe_id("department")};
    if (!take.chat && !take.department) {
        reader.fail("chat");
    }
    if (take.chat && take.department) {
        reader.fail("department");
    }
    return take;
}

ChatNote read_chat_note(FieldReader& reader) {
    return ChatNote{reader.need_id("chat"), reader.need_text("text", limits::text)};
}

ChatTransfer read_chat_transfer(FieldReader& reader) {
    ChatTransfer transfer;
    transfer.chat = reader.need_id("chat");
    const auto* to = reader.maybe_object("to");
    if (to == nullptr) {
        reader.fail("to");
        return transfer;
    }
    FieldReader inner(*to, reader.error(), "to.");
    transfer.to = TransferTo{inner.maybe_id("agent"), inner.maybe_id("department")};
    if (transfer.to.agent.has_value() == transfer.to.department.has_value()) {
        reader.fail("to");
    }
    transfer.note = reader.maybe_empty_text("note", limits::text);
    return transfer;
}

AgentClose read_agent_close(FieldReader& reader) {
    AgentClose close{reader.need_id("chat"), reader.need_word<Outcome>("outcome")};
    if (close.outcome == Outcome::missed) {
        reader.fail("outcome");
    }
    return close;
}

ChatTicket read_chat_ticket(FieldReader& reader) {
    return ChatTicket{reader.need_id("chat"),
                      reader.need_text("client_id", limits::client_id),
                      reader.maybe_id("department"),
                      reader.need_line("subject", limits::subject),
                      reader.maybe_word<TicketPriority>("priority").value_or(TicketPriority::normal),
                      reader.maybe_empty_text("rfc", limits::rfc),
                      reader.maybe_empty_text("comments", limits::comments),
                      reader.maybe_email("email")};
}

ChatWatch read_chat_watch(FieldReader& reader) {
    return ChatWatch{reader.need_id("chat")};
}

ChatUnwatch read_chat_unwatch(FieldReader& reader) {
    return ChatUnwatch{reader.need_id("chat")};
}

ChatPriority read_chat_priority(FieldReader& reader) {
    return ChatPriority{reader.need_id("chat"), reader.need_integer("priority", -1, 1)};
}

TicketView read_ticket_view(FieldReader& reader) {
    return TicketView{reader.maybe_id("number")};
}

}  // namespace ventanilla::protocol
