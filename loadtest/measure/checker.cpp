#include "loadtest/measure/checker.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace ventanilla::load {
namespace {

std::uint64_t digest(std::uint64_t before, std::uint32_t number, std::uint32_t seq) noexcept {
    auto x = before ^ (std::uint64_t{number} << 32U | seq);
    x = (x ^ (x >> 31U)) * 0x7fb5d329728ea185U;
    x = (x ^ (x >> 27U)) * 0x81dadef4bc2dd44dU;
    return x ^ (x >> 33U);
}

const char* name(Side side) noexcept {
    return side == Side::visitor ? "visitor" : "agent";
}

/// Puts `from`, what another process knows of the same chat, into `into`; false if both know the same half.
bool put_together(ChatRow& into, const ChatRow& from) noexcept {
    bool apart = true;
    for (std::size_t i = 0; i < 2; ++i) {
        auto& voice = into.voices[i];
        const auto& more = from.voices[i];
        apart = apart && (voice.sent == 0 || more.sent == 0) && (voice.heard == 0 || more.heard == 0) &&
                (into.views[i].known == 0 || from.views[i].known == 0);
        if (more.sent != 0) {
            voice.sent = more.sent;
            voice.acked = more.acked;
            voice.acked_seq = more.acked_seq;
            voice.acked_digest = more.acked_digest;
        }
        if (more.heard != 0) {
            voice.heard = more.heard;
            voice.heard_digest = more.heard_digest;
        }
        if (from.views[i].known != 0) into.views[i] = from.views[i];
    }
    return apart;
}

void check_row(const ChatRow& row, Violations& violations) {
    for (const auto side : {Side::visitor, Side::agent}) {
        const auto i = static_cast<std::size_t>(side);
        const auto& voice = row.voices[i];
        if (voice.heard < voice.acked) {
            violations.add(Wrong::lost, fmt::format("chat {:016x}: {} of the {}'s {} acknowledged messages never came",
                                                    row.chat, voice.acked - voice.heard, name(side), voice.acked));
        } else if (voice.heard == voice.acked && voice.heard_digest != voice.acked_digest) {
            violations.add(
                Wrong::differs,
                fmt::format("chat {:016x}: the {}'s messages have other seqs for their reader", row.chat, name(side)));
        }
        const auto& view = row.views[i];
        if (view.known < view.top) {
            violations.add(Wrong::gap, fmt::format("chat {:016x}: the {} was never told {} of {} seqs", row.chat,
                                                   name(side), view.top - view.known, view.top));
        }
    }
}

}  // namespace

const char* to_string(Wrong wrong) noexcept {
    switch (wrong) {
        case Wrong::lost: return "lost";
        case Wrong::doubled: return "doubled";
        case Wrong::reordered: return "reordered";
        case Wrong::gap: return "gap";
        case Wrong::differs: return "differs";
        case Wrong::replies: return "replies";
        case Wrong::count_: break;
    }
    return "?";
}

void Violations::add(Wrong wrong, std::string_view what) noexcept {
    ++counts[static_cast<std::size_t>(wrong)];
    if (total < kept) {
        auto& text = first[total];
        what = what.substr(0, text.size() - 1);
        std::memcpy(text.data(), what.data(), what.size());
        text[what.size()] = '\0';
    }
    ++total;
}

std::uint32_t Checker::chat(std::string_view id) {
    if (const auto found = numbers_.find(id); found != numbers_.end()) return found->second;
    const auto number = static_cast<std::uint32_t>(rows_.size());
    rows_.emplace_back().chat = Hash{}(id);
    ids_.emplace_back(id);
    numbers_.emplace(id, number);
    return number;
}

void Checker::broken(Wrong wrong, std::uint32_t chat, Side side, std::uint32_t seq, std::uint32_t number) {
    violations_.add(wrong, fmt::format("{} for the {} of {}: seq {}, message {}, last seq {}", to_string(wrong),
                                       name(side), ids_[chat], seq, number, rows_[chat].view(side).last));
}

void Checker::acked(std::uint32_t chat, Side side, std::uint32_t number, std::uint32_t seq) {
    if (confirm(chat, side, number, seq)) know(chat, side, seq);
}

void Checker::know(std::uint32_t chat, Side viewer, std::uint32_t seq) {
    auto& view = rows_[chat].view(viewer);
    ++view.known;
    view.top = std::max(view.top, seq);
}

bool Checker::confirm(std::uint32_t chat, Side side, std::uint32_t number, std::uint32_t seq) {
    auto& voice = rows_[chat].voice(side);
    // A message that was sent again after a new connection is confirmed twice: by the log and by its old seq.
    if (number <= voice.acked) {
        if (number == voice.acked && seq != voice.acked_seq) broken(Wrong::differs, chat, side, seq, number);
        return false;
    }
    if (number != voice.acked + 1 || seq <= voice.acked_seq) broken(Wrong::reordered, chat, side, seq, number);
    voice.acked = number;
    voice.acked_seq = seq;
    voice.acked_digest = digest(voice.acked_digest, number, seq);
    return true;
}

bool Checker::advance(std::uint32_t chat, Side viewer, std::uint32_t seq) {
    auto& row = rows_[chat];
    auto& view = row.view(viewer);
    if (seq <= view.last) {
        broken(seq == view.last ? Wrong::doubled : Wrong::reordered, chat, viewer, seq, 0);
        return false;
    }
    // What is missing may be an acknowledgement of one's own that is still to come; the last look counts those.
    const auto& own = row.voice(viewer);
    const auto before = std::max(view.last, own.acked_seq);
    if (own.sent == own.acked && seq > before + 1) broken(Wrong::gap, chat, viewer, seq, 0);
    view.last = seq;
    return true;
}

void Checker::entry(std::uint32_t chat, Side viewer, std::uint32_t seq) {
    if (advance(chat, viewer, seq)) know(chat, viewer, seq);
}

void Checker::message(std::uint32_t chat, Side viewer, std::uint32_t seq, Side speaker, std::uint32_t number) {
    auto& voice = rows_[chat].voice(speaker);
    if (viewer == speaker) {
        // After a new connection one's own acknowledged messages may be read again.
        if (number <= voice.acked) {
            rows_[chat].view(viewer).last = std::max(rows_[chat].view(viewer).last, seq);
        } else {
            entry(chat, viewer, seq);
        }
        confirm(chat, viewer, number, seq);
        return;
    }
    if (!advance(chat, viewer, seq)) return;
    know(chat, viewer, seq);
    if (number <= voice.heard) {
        broken(Wrong::doubled, chat, viewer, seq, number);
        return;
    }
    if (number != voice.heard + 1) broken(Wrong::lost, chat, viewer, seq, number);
    voice.heard = number;
    voice.heard_digest = digest(voice.heard_digest, number, seq);
}

std::uint64_t check_rows(std::vector<ChatRow> rows, Violations& violations, std::uint64_t& moved) {
    std::sort(rows.begin(), rows.end(), [](const ChatRow& a, const ChatRow& b) { return a.chat < b.chat; });
    std::uint64_t compared = 0;
    for (std::size_t i = 0; i < rows.size();) {
        auto whole = rows[i];
        bool comparable = true;
        std::size_t next = i + 1;
        for (; next < rows.size() && rows[next].chat == whole.chat; ++next)
            comparable = put_together(whole, rows[next]) && comparable;
        if (comparable) {
            ++compared;
            check_row(whole, violations);
        } else {
            ++moved;
        }
        i = next;
    }
    return compared;
}

}  // namespace ventanilla::load
