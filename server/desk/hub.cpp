#include "desk/hub.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <iterator>
#include <utility>

namespace ventanilla::desk {
namespace {

namespace asio = boost::asio;

// How long a catch-up waits before it asks a store that is away again.
constexpr auto kStorePause = std::chrono::milliseconds(500);

template <typename Map>
void remove_member(Map& map, const MemberPtr& member) {
    const auto found = map.find(member->person);
    if (found == map.end()) return;
    std::erase(found->second, member);
    if (found->second.empty()) map.erase(found);
}

}  // namespace

Hub::Hub(asio::io_context& io, ReadLog read_log) : io_(io), read_log_(std::move(read_log)) {}

void Hub::admit(const MemberPtr& member) {
    member->joined = true;
}

void Hub::join(const MemberPtr& member) {
    member->joined = true;
    (member->kind == Member::Kind::visitor ? visitors_ : agents_)[member->person].push_back(member);
}

bool Hub::leave(const MemberPtr& member) {
    member->joined = false;
    if (const auto held = chats_of_.find(member.get()); held != chats_of_.end()) {
        const auto chats = std::move(held->second);
        chats_of_.erase(held);
        for (const auto& chat : chats) {
            const auto found = chats_.find(chat);
            if (found == chats_.end()) continue;
            std::erase_if(found->second, [&](const Follower& follower) { return follower.member == member; });
            if (found->second.empty()) chats_.erase(found);
        }
    }
    remove_member(member->kind == Member::Kind::visitor ? visitors_ : agents_, member);
    return count(member->kind, member->person) == 0;
}

std::vector<MemberPtr> Hub::connections(Member::Kind kind, std::string_view person) const {
    const auto& people = kind == Member::Kind::visitor ? visitors_ : agents_;
    const auto found = people.find(std::string(person));
    return found == people.end() ? std::vector<MemberPtr>{} : found->second;
}

std::size_t Hub::count(Member::Kind kind, std::string_view person) const {
    const auto& people = kind == Member::Kind::visitor ? visitors_ : agents_;
    const auto found = people.find(std::string(person));
    return found == people.end() ? 0 : found->second.size();
}

std::size_t Hub::count(Member::Kind kind) const {
    std::size_t sum = 0;
    for (const auto& [person, members] : kind == Member::Kind::visitor ? visitors_ : agents_) sum += members.size();
    return sum;
}

void Hub::each(Member::Kind kind, const std::function<void(const MemberPtr&)>& call) const {
    for (const auto& [person, members] : kind == Member::Kind::visitor ? visitors_ : agents_) {
        for (const auto& member : members) call(member);
    }
}

Hub::Follower* Hub::find(const std::string& chat, const MemberPtr& member) {
    return const_cast<Follower*>(std::as_const(*this).find(chat, member));
}

const Hub::Follower* Hub::find(const std::string& chat, const MemberPtr& member) const {
    const auto found = chats_.find(chat);
    if (found == chats_.end()) return nullptr;
    const auto follower = std::find_if(found->second.begin(), found->second.end(),
                                       [&](const Follower& item) { return item.member == member; });
    return follower == found->second.end() ? nullptr : &*follower;
}

void Hub::expect(const std::string& chat, const MemberPtr& member, Role role) {
    if (!member->joined) return;  // gone while its command was being carried out
    auto* follower = find(chat, member);
    if (follower == nullptr) {
        auto& followers = chats_[chat];
        followers.emplace_back();
        follower = &followers.back();
        follower->member = member;
        chats_of_[member.get()].push_back(chat);
    }
    (role == Role::watcher ? follower->watcher : follower->participant) = true;
}

void Hub::begin(const std::string& chat, const MemberPtr& member, std::int64_t pushed, std::int64_t last,
                const Frames& missed) {
    auto* follower = find(chat, member);
    if (follower == nullptr || follower->begun) return;
    const auto newest = std::max(last, follower->follow.newest());
    follower->follow = Follow(pushed);
    follower->begun = true;
    follower->live = true;
    for (const auto& frame : missed) {
        if (follower->follow.offer(++pushed) == Follow::Step::send) push(member, protocol::verbatim(frame));
    }
    if (follower->follow.reaches(newest)) catch_up(chat, *follower);
}

void Hub::unfollow(const std::string& chat, const MemberPtr& member) {
    if (const auto found = chats_.find(chat); found != chats_.end()) {
        std::erase_if(found->second, [&](const Follower& follower) { return follower.member == member; });
        if (found->second.empty()) chats_.erase(found);
    }
    if (const auto held = chats_of_.find(member.get()); held != chats_of_.end()) std::erase(held->second, chat);
}

void Hub::unexpect(const std::string& chat, const MemberPtr& member) {
    const auto* follower = find(chat, member);
    if (follower != nullptr && !follower->begun) unfollow(chat, member);
}

void Hub::unfollow_participant(const std::string& chat, const MemberPtr& member) {
    auto* follower = find(chat, member);
    if (follower == nullptr) return;
    follower->participant = false;
    if (!follower->watcher) unfollow(chat, member);
}

void Hub::unwatch(const std::string& chat, const MemberPtr& member) {
    auto* follower = find(chat, member);
    if (follower == nullptr) return;
    follower->watcher = false;
    if (!follower->participant) unfollow(chat, member);
}

void Hub::sending(const std::string& chat, const MemberPtr& member) {
    if (auto* follower = find(chat, member)) follower->sending = true;
}

void Hub::sent(const std::string& chat, const MemberPtr& member) {
    auto* follower = find(chat, member);
    if (follower == nullptr) return;
    follower->sending = false;
    if (follower->begun && !follower->live && !follower->reading) catch_up(chat, *follower);
}

bool Hub::follows(const std::string& chat, const MemberPtr& member) const {
    return find(chat, member) != nullptr;
}

bool Hub::participates(const std::string& chat, const MemberPtr& member) const {
    const auto* follower = find(chat, member);
    return follower != nullptr && follower->participant;
}

bool Hub::followed_by(const std::string& chat, Member::Kind kind) const {
    const auto found = chats_.find(chat);
    return found != chats_.end() && std::any_of(found->second.begin(), found->second.end(),
                                                [&](const auto& follower) { return follower.member->kind == kind; });
}

std::vector<std::string> Hub::participated(const MemberPtr& member) const {
    const auto held = chats_of_.find(member.get());
    if (held == chats_of_.end()) return {};
    std::vector<std::string> chats;
    std::copy_if(held->second.begin(), held->second.end(), std::back_inserter(chats),
                 [&](const auto& chat) { return participates(chat, member); });
    return chats;
}

std::vector<std::string> Hub::followed_chats() const {
    std::vector<std::string> chats;
    chats.reserve(chats_.size());
    for (const auto& [chat, followers] : chats_) chats.push_back(chat);
    return chats;
}

void Hub::entry(const std::string& chat, std::int64_t seq, const protocol::Bytes& frame, const MemberPtr& origin) {
    const auto found = chats_.find(chat);
    if (found == chats_.end()) return;
    for (auto& follower : found->second) {
        if (origin && follower.member == origin) {
            follower.follow.acknowledged(seq);
            continue;
        }
        if (!follower.live) {
            follower.follow.reaches(seq);
            continue;
        }
        switch (follower.follow.offer(seq)) {
            case Follow::Step::send: push(follower.member, frame); break;
            case Follow::Step::skip: break;
            case Follow::Step::behind: catch_up(chat, follower); break;
        }
    }
}

void Hub::repair(const std::string& chat, std::int64_t last, const MemberPtr& origin) {
    const auto found = chats_.find(chat);
    if (found == chats_.end()) return;
    for (auto& follower : found->second) {
        if (follower.member == origin) {
            follower.follow.acknowledged(last);
        } else if (follower.follow.reaches(last) && follower.live) {
            catch_up(chat, follower);
        }
    }
}

void Hub::tick(const std::string& chat, std::int64_t last) {
    const auto found = chats_.find(chat);
    if (found == chats_.end()) return;
    const auto frame = protocol::tick(chat, last);
    for (auto& follower : found->second) {
        if (!follower.live) continue;
        push(follower.member, frame);
        if (follower.follow.reaches(last)) catch_up(chat, follower);
    }
}

void Hub::tell(const std::string& chat, std::optional<Member::Kind> kind, const protocol::Bytes& frame,
               const std::function<bool(const Member&)>& without) const {
    const auto found = chats_.find(chat);
    if (found == chats_.end()) return;
    for (const auto& follower : found->second) {
        if (kind && follower.member->kind != *kind) continue;
        if (follower.begun && !without(*follower.member)) push(follower.member, frame);
    }
}

void Hub::push(const MemberPtr& member, const protocol::Bytes& frame) {
    if (const auto recipient = member->recipient.lock()) recipient->push(frame);
}

void Hub::drained(const MemberPtr& member) {
    if (!std::exchange(member->behind, false)) return;
    const auto held = chats_of_.find(member.get());
    if (held == chats_of_.end()) return;
    const auto chats = held->second;
    for (const auto& chat : chats) {
        auto* follower = find(chat, member);
        if (follower != nullptr && follower->begun && !follower->live && !follower->reading) catch_up(chat, *follower);
    }
}

void Hub::end_all(protocol::Close code, std::string_view reason) {
    for (const auto kind : {Member::Kind::visitor, Member::Kind::agent}) {
        std::vector<MemberPtr> all;
        each(kind, [&](const MemberPtr& member) { all.push_back(member); });
        for (const auto& member : all) {
            if (const auto recipient = member->recipient.lock()) recipient->end(code, reason);
        }
    }
}

void Hub::catch_up(const std::string& chat, Follower& follower) {
    follower.live = false;
    if (follower.sending || std::exchange(follower.reading, true)) return;
    asio::co_spawn(io_, read_missing(chat, follower.member), [chat](std::exception_ptr failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            spdlog::error("catching up on chat {} failed: {}", chat, error.what());
        }
    });
}

asio::awaitable<void> Hub::read_missing(std::string chat, MemberPtr member) {
    for (;;) {
        auto* follower = find(chat, member);
        if (follower == nullptr) co_return;
        if (follower->sending) {  // `sent` goes on
            follower->reading = false;
            co_return;
        }
        const auto after = follower->follow.pushed();
        auto page = co_await read_log_(chat, after);
        auto* still = find(chat, member);  // the map may have moved or lost it meanwhile
        if (still == nullptr) co_return;
        if (page) {
            if (!send_page(chat, member, after, *page)) co_return;
            continue;
        }
        if (page.error().code != protocol::Code::unavailable) {  // the chat is gone for good
            still->reading = false;
            still->live = true;
            co_return;
        }
        asio::steady_timer pause(io_, kStorePause);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

bool Hub::send_page(const std::string& chat, const MemberPtr& member, std::int64_t after, const Frames& frames) {
    auto* follower = find(chat, member);
    // Counted from where the page was asked for: an acknowledgement may have moved `pushed` on since.
    auto seq = after;
    for (const auto& frame : frames) {
        if (follower->follow.offer(++seq) == Follow::Step::send) push(member, protocol::verbatim(frame));
    }
    if (frames.empty() || follower->follow.pushed() >= follower->follow.newest()) {
        follower->reading = false;
        follower->live = true;
        return false;
    }
    const auto recipient = member->recipient.lock();
    if (!recipient || recipient->congested()) {  // `drained` goes on
        follower->reading = false;
        member->behind = true;
        return false;
    }
    return true;
}

}  // namespace ventanilla::desk
