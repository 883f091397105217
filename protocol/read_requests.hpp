#pragma once
// One reader per request: its fields, in the order in which protocol.md lists them, with their rules.

#include "protocol/field_reader.hpp"
#include "protocol/frames.hpp"

namespace ventanilla::protocol {

Hello read_hello(FieldReader& reader);
ChatStart read_chat_start(FieldReader& reader);
MessageSend read_message_send(FieldReader& reader);
Typing read_typing(FieldReader& reader);
Read read_read(FieldReader& reader);
ChatSync read_chat_sync(FieldReader& reader);
ChatClose read_chat_close(FieldReader& reader);
ChatRate read_chat_rate(FieldReader& reader);
ChatTranscript read_chat_transcript(FieldReader& reader);
Page read_page(FieldReader& reader);

AgentHello read_agent_hello(FieldReader& reader);
StateSet read_state_set(FieldReader& reader);
ChatTake read_chat_take(FieldReader& reader);
ChatNote read_chat_note(FieldReader& reader);
ChatTransfer read_chat_transfer(FieldReader& reader);
AgentClose read_agent_close(FieldReader& reader);
ChatTicket read_chat_ticket(FieldReader& reader);
ChatWatch read_chat_watch(FieldReader& reader);
ChatUnwatch read_chat_unwatch(FieldReader& reader);
ChatPriority read_chat_priority(FieldReader& reader);
TicketView read_ticket_view(FieldReader& reader);

}  // namespace ventanilla::protocol
