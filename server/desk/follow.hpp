#pragma once
// How far one connection has been told of one chat. No I/O: the hub asks it what to do with each entry.

#include <algorithm>
#include <cstdint>
#include <set>

namespace ventanilla::desk {

/// Lets entries through in rising `seq`, each once, and notices holes. The sender of a message has its acknowledgement
/// instead of the entry (protocol.md 2.2).
class Follow {
public:
    enum class Step : std::uint8_t {
        send,    ///< it is the next one
        skip,    ///< known already
        behind,  ///< something before it is missing: read the log from `pushed()`
    };

    explicit Follow(std::int64_t pushed) : pushed_(pushed), newest_(pushed) {}

    /// A live entry came.
    Step offer(std::int64_t seq) {
        newest_ = std::max(newest_, seq);
        if (seq <= pushed_ || own_.contains(seq)) return Step::skip;
        if (seq != pushed_ + 1) return Step::behind;
        advance();
        return Step::send;
    }

    /// The connection's own message was acknowledged with `seq`.
    void acknowledged(std::int64_t seq) {
        newest_ = std::max(newest_, seq);
        if (seq <= pushed_) return;
        own_.insert(seq);
        absorb_own();
    }

    /// The log is known to reach to `last`; true if something is missing here.
    bool reaches(std::int64_t last) {
        newest_ = std::max(newest_, last);
        return pushed_ < newest_;
    }

    std::int64_t pushed() const { return pushed_; }
    std::int64_t newest() const { return newest_; }

private:
    void advance() {
        ++pushed_;
        absorb_own();
    }

    void absorb_own() {
        while (!own_.empty() && *own_.begin() <= pushed_ + 1) {
            pushed_ = std::max(pushed_, *own_.begin());
            own_.erase(own_.begin());
        }
    }

    std::int64_t pushed_;
    std::int64_t newest_;
    std::set<std::int64_t> own_;  ///< acknowledged, but with something missing before them
};

}  // namespace ventanilla::desk
