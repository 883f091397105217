// Chats: their log, and who has them.

#include "store/live/decisions.hpp"
#include "store/live/live_state.hpp"

namespace ventanilla::live {

namespace {

// A function that answers {meta, seq, events}.
Task<Changed> change(std::shared_ptr<LiveStore::State> state, Call call) {
    auto answer = co_await state->run_json(std::move(call));
    if (!answer) co_return tl::unexpected(answer.error());
    co_return changed_of(*answer);
}

// A function that answers one chat.
Task<ChatMeta> one_chat(std::shared_ptr<LiveStore::State> state, Call call) {
    auto answer = co_await state->run_json(std::move(call));
    if (!answer) co_return tl::unexpected(answer.error());
    co_return chat_of(*answer);
}

}  // namespace

Task<LogPage> LiveStore::read_log(std::string chat, std::int64_t after, std::int64_t limit) {
    Call call{fn::read_log,
              chat,
              {key::chat(chat), key::log(chat)},
              {chat, std::to_string(after), std::to_string(limit)},
              true};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    LogPage page;
    page.meta = chat_of(json_of(words->at(0)));
    for (std::size_t i = 1; i < words->size(); ++i) page.frames.push_back(text_of((*words)[i]));
    co_return page;
}

Task<ChatMeta> LiveStore::chat(std::string chat) {
    std::vector<std::string> one{chat};
    auto found = co_await chats(std::move(one));
    if (!found) co_return tl::unexpected(found.error());
    if (found->empty()) co_return protocol::fail(protocol::Code::not_found);
    co_return std::move(found->front());
}

Task<std::vector<ChatMeta>> LiveStore::chats(std::vector<std::string> ids) {
    std::vector<ChatMeta> metas;
    if (ids.empty()) co_return metas;
    const auto affinity = ids.front();
    Call call{fn::chats, affinity, {key::meta}, std::move(ids), true};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    for (const auto& word : *words) metas.push_back(chat_of(json_of(word)));
    co_return metas;
}

Task<std::vector<OpenChat>> LiveStore::open_chats(OpenQuery query) {
    const nlohmann::json asked{
        {"departments", query.departments ? nlohmann::json(*query.departments) : nlohmann::json(nullptr)},
        {"any_channels", query.any_channels},
        {"agent", query.agent},
        {"limit", query.limit}};
    Call call{fn::open_chats, "open_chats", {key::meta}, {asked.dump()}, true};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    std::vector<OpenChat> chats;
    for (const auto& word : *words) {
        const auto json = json_of(word);
        chats.push_back({chat_of(json.at("chat")), visitor_of(json.at("visitor"))});
    }
    co_return chats;
}

Task<ChatMeta> LiveStore::attach(std::string chat) {
    return one_chat(state_, Call{fn::attach, chat, {key::chat(chat)}, {chat}});
}

Task<Changed> LiveStore::read_mark(std::string chat, std::string role, std::string who, std::int64_t seq) {
    return change(state_, Call{fn::read_mark, chat, {key::chat(chat)}, {chat, role, who, std::to_string(seq)}});
}

Task<ChatMeta> LiveStore::typing(std::string chat, std::string role, std::string who, std::string frame) {
    return one_chat(state_, Call{fn::typing, chat, {key::chat(chat)}, {chat, role, who, frame}});
}

Task<ChatMeta> LiveStore::note(std::string chat, NoteToKeep note) {
    return one_chat(state_, Call{fn::note,
                                 chat,
                                 {key::chat(chat), key::notes(chat)},
                                 {chat, note.note.agent, to_json(note.note).dump(), note.frame}});
}

Task<Changed> LiveStore::log_ticket(std::string chat, std::string number, std::string rest) {
    return change(state_, Call{fn::log_ticket, chat, {key::chat(chat), key::log(chat)}, {chat, number, rest}, true});
}

Task<void> LiveStore::broadcast(Event event) {
    const std::string kind = event.kind == Event::Kind::viewing ? "viewing" : "ticket";
    Call call{fn::broadcast, kind, {key::meta}, {kind, event.frame, event.reason, event.sender}};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    co_return protocol::Result<void>();
}

Task<Changed> LiveStore::rate(std::string chat, std::string visitor, std::string rest) {
    return change(state_, Call{fn::rate, chat, {key::chat(chat)}, {chat, visitor, rest}, true});
}

Task<Changed> LiveStore::close(std::string chat, std::string by, std::string who, std::string outcome) {
    return change(state_, Call{fn::close, chat, {key::chat(chat)}, {chat, by, who, outcome}});
}

Task<Changed> LiveStore::take(std::string chat, std::string agent, bool take_over) {
    return change(state_,
                  Call{fn::take, chat, {key::chat(chat), key::agent(agent)}, {chat, agent, take_over ? "1" : "0"}});
}

Task<Changed> LiveStore::take_head(std::string department, std::string agent) {
    return change(state_, Call{fn::take_head, agent, {key::meta, key::agent(agent)}, {department, agent}});
}

Task<Changed> LiveStore::transfer_to_agent(std::string chat, std::string agent, std::string to,
                                           std::optional<NoteToKeep> note) {
    return change(state_, Call{fn::transfer_to_agent,
                               chat,
                               {key::chat(chat), key::agent(to), key::notes(chat)},
                               {chat, agent, to, note ? to_json(note->note).dump() : "", note ? note->frame : ""}});
}

Task<Changed> LiveStore::transfer_to_department(std::string chat, std::string agent, std::string department,
                                                std::optional<NoteToKeep> note) {
    return change(state_,
                  Call{fn::transfer_to_department,
                       chat,
                       {key::chat(chat), key::notes(chat)},
                       {chat, agent, department, note ? to_json(note->note).dump() : "", note ? note->frame : ""}});
}

Task<Changed> LiveStore::set_priority(std::string chat, int priority) {
    return change(state_, Call{fn::set_priority, chat, {key::chat(chat)}, {chat, std::to_string(priority)}});
}

Task<std::string> LiveStore::decisions(std::string chat) {
    Call call{fn::decisions, chat, {key::chat(chat), key::decisions(chat)}, {}, true};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    co_return decisions_json(*words);
}

Task<std::vector<ArchiveNote>> LiveStore::notes(std::string chat) {
    Call call{fn::notes, chat, {key::chat(chat), key::notes(chat)}, {}, true};
    auto words = co_await state_->run(std::move(call));
    if (!words) co_return tl::unexpected(words.error());
    std::vector<ArchiveNote> notes;
    for (const auto& word : *words) notes.push_back(note_of(json_of(word)));
    co_return notes;
}

}  // namespace ventanilla::live
