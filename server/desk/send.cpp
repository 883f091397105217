// message.send: acknowledged once it is durable and numbered.

#include "base/random.hpp"
#include "desk/desk.hpp"
#include "desk/rights.hpp"
#include "store/record/chats.hpp"
#include "store/record/database.hpp"
#include "store/record/files.hpp"

namespace ventanilla::desk {
namespace {

using protocol::Code;

/// What a refused or unknown append means for one who asks about a chat that has left Redis: the old answer for a
/// re-send, else that the chat is over.
Task<Answer> answer_past(Desk& desk, std::int64_t re, live::Append append) {
    auto look = [append](record::Database& database) {
        return record::ChatRepository(database).find_by_client_id(
            append.chat, (append.role == "visitor" ? "v:" : "a:") + append.sender, append.client_id);
    };
    auto entry = co_await desk.record.run(std::move(look));
    if (!entry) co_return tl::unexpected(entry.error());
    if (!*entry) co_return protocol::fail(Code::chat_closed);
    if ((*entry)->content_hash != append.content_hash) co_return protocol::fail(Code::client_id_reuse);
    co_return Answer{protocol::ok_sent(re, (*entry)->seq, (*entry)->at)};
}

/// Who speaks in a message, as entries, uploads and the live store spell it.
struct Speaker {
    std::string role;
    std::string id;
    std::string who;  ///< "v:…" or "a:…"
    protocol::From from;
};

Speaker speaker_of(const VisitorActor& actor) {
    return {"visitor", actor.id, "v:" + actor.id, from(actor)};
}

Speaker speaker_of(const AgentActor& actor) {
    return {"agent", actor.agent.id, "a:" + actor.agent.id, from(actor)};
}

/// Whether a message of the speaker's would go into the chat as it is now.
bool may_write(const Speaker& speaker, const live::ChatMeta& chat) {
    if (speaker.role == "visitor") return chat.visitor == speaker.id && chat.status != "closed";
    return chat.agent == speaker.id && chat.status == "assigned";
}

/// The speaker's own upload that nothing holds but, maybe, this chat.
Task<record::FileRecord> find_upload(Desk& desk, std::string id, std::string uploader, std::string holder) {
    auto find = [id](record::Database& database) { return record::FileRepository(database).find(id); };
    auto file = co_await desk.record.run(std::move(find));
    if (!file) co_return tl::unexpected(file.error());
    const bool good =
        *file && !(*file)->erased && (*file)->uploader == uploader && (!(*file)->holder || *(*file)->holder == holder);
    if (!good) co_return protocol::fail(Code::bad_field, "file");
    co_return std::move(**file);
}

Task<void> attach(Desk& desk, std::string id, std::string uploader, std::string holder) {
    auto work = [id, uploader, holder](record::Database& database) -> protocol::Result<void> {
        record::Transaction transaction(database);
        const auto attached = record::FileRepository(database).attach(id, uploader, holder, "");
        if (!attached) return protocol::fail(Code::bad_field, "file");
        transaction.commit();
        return {};
    };
    co_return co_await desk.record.run(std::move(work));
}

/// Gives the file to the chat before the entry that names it is written: an entry whose file is purged must not be. False
/// where the chat would not take the message: the file stays free then, and only a re-send is looked for.
Task<bool> hold_file(Desk& desk, Speaker speaker, std::string chat, std::string file) {
    auto meta = co_await desk.live.chat(chat);
    if (!meta && meta.error().code != Code::not_found) co_return tl::unexpected(meta.error());
    if (!meta || !may_write(speaker, *meta)) co_return false;
    auto attached = co_await attach(desk, std::move(file), speaker.who, "chat:" + chat);
    if (!attached) co_return tl::unexpected(attached.error());
    co_return true;
}

Task<live::Append> append_of(Desk& desk, protocol::MessageSend request, Speaker speaker, bool paced) {
    auto found = co_await find_upload(desk, *request.file, speaker.who, "chat:" + request.chat);
    if (!found) co_return tl::unexpected(found.error());
    const protocol::File file{found->id, found->name, found->size, found->media_type};
    live::Append append;
    append.chat = request.chat;
    append.role = speaker.role;
    append.sender = speaker.id;
    append.client_id = request.client_id;
    // No text has this hash: a text of the same letters is another content.
    append.content_hash = "f" + token_hash(file.id).substr(0, 31);
    append.rest = protocol::file_rest(speaker.from, file, request.client_id);
    append.replay_only = !paced;
    if (found->holder || !paced) co_return append;
    const auto held = co_await hold_file(desk, std::move(speaker), request.chat, file.id);
    if (!held) co_return tl::unexpected(held.error());
    append.replay_only = !*held;
    co_return append;
}

/// What the live store says. A chat that began to take messages only after it was looked at says slow_down of a sender
/// who is not too fast.
Task<live::Appended> append_to(Desk& desk, live::Append append, bool paced) {
    const bool looked_only = append.replay_only && paced;
    auto done = co_await desk.live.append(std::move(append));
    if (!done && looked_only && done.error().code == Code::slow_down) {
        co_return protocol::fail(Code::unavailable, {}, 1000);
    }
    co_return done;
}

template <typename Actor>
Task<Answer> send(Desk& desk, Actor actor, std::int64_t re, protocol::MessageSend request, bool paced) {
    auto append = co_await append_of(desk, request, speaker_of(actor), paced);
    if (!append) co_return tl::unexpected(append.error());
    auto done = co_await append_to(desk, *append, paced);
    if (done) co_return answer_sent(desk, actor.member, re, *append, *done);
    co_return co_await answer_unsent(desk, std::move(actor), re, std::move(*append), done.error());
}

template <typename Actor>
live::Append append_text(const Actor& actor, const char* role, const std::string& sender, protocol::MessageSend request,
                         bool paced) {
    live::Append append;
    append.rest = protocol::message_rest(from(actor), *request.text, request.client_id);
    append.content_hash = token_hash(*request.text).substr(0, 32);
    append.chat = std::move(request.chat);
    append.role = role;
    append.sender = sender;
    append.client_id = std::move(request.client_id);
    append.replay_only = !paced;
    return append;
}

}  // namespace

Task<Answer> send_file(Desk& desk, VisitorActor actor, std::int64_t re, protocol::MessageSend request, bool paced) {
    return send(desk, std::move(actor), re, std::move(request), paced);
}

Task<Answer> send_file(Desk& desk, AgentActor actor, std::int64_t re, protocol::MessageSend request, bool paced) {
    return send(desk, std::move(actor), re, std::move(request), paced);
}

live::Append text_append(const VisitorActor& actor, protocol::MessageSend request, bool paced) {
    return append_text(actor, "visitor", actor.id, std::move(request), paced);
}

live::Append text_append(const AgentActor& actor, protocol::MessageSend request, bool paced) {
    return append_text(actor, "agent", actor.agent.id, std::move(request), paced);
}

Answer answer_sent(Desk& desk, const MemberPtr& origin, std::int64_t re, const live::Append& append,
                   const live::Appended& done) {
    Answer answer{protocol::ok_sent(re, done.seq, done.at)};
    if (done.replayed) {
        // The first attempt may have been carried out after its sender was told `unavailable`: then nobody heard of it.
        desk.hub.repair(append.chat, done.seq, origin);
    } else {
        answer.sent = Sent{done.seq, protocol::entry(append.chat, done.seq, done.at, append.rest)};
    }
    return answer;
}

Task<Answer> answer_unsent(Desk& desk, VisitorActor actor, std::int64_t re, live::Append append, protocol::Error why) {
    if (why.code != Code::not_found) co_return tl::unexpected(why);
    auto meta = co_await find_chat(desk, append.chat);
    if (!meta) co_return tl::unexpected(meta.error());
    if (meta->visitor != actor.id) co_return protocol::fail(Code::not_found);
    co_return co_await answer_past(desk, re, std::move(append));
}

Task<Answer> answer_unsent(Desk& desk, AgentActor actor, std::int64_t re, live::Append append, protocol::Error why) {
    if (why.code != Code::not_found && why.code != Code::not_assigned) co_return tl::unexpected(why);
    auto meta = co_await find_chat(desk, append.chat);
    if (!meta) co_return tl::unexpected(meta.error());
    if (meta->status == "closed") {
        // A re-send gets its old answer whoever had the chat afterwards, as it does while the chat is in the live store.
        auto past = co_await answer_past(desk, re, std::move(append));
        if (past || past.error().code != Code::chat_closed) co_return past;
    }
    if (!may_read(actor.agent, *meta, desk.site)) co_return protocol::fail(Code::not_found);
    co_return protocol::fail(meta->agent == actor.agent.id && meta->status == "closed" ? Code::chat_closed
                                                                                       : Code::not_assigned);
}

}  // namespace ventanilla::desk
