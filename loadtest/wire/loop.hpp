#pragma once
// One epoll set and the memory that its connections share.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ventanilla::load {

class Loop {
public:
    /// Something with a descriptor in the set. Level-triggered; `events` are epoll's. It may be called once more after
    /// `remove`, when both happened in one turn, and must bear it.
    class Handler {
    public:
        virtual void on_ready(std::uint32_t events) = 0;

    protected:
        ~Handler() = default;
    };

    /// Throws std::system_error if the kernel has no epoll set to give.
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Adds or changes what `handler` waits for on `fd`.
    void watch(int fd, std::uint32_t events, Handler& handler, bool known);
    void remove(int fd) noexcept;

    /// Waits at most `wait_ns` and calls everyone who is ready.
    void turn(std::uint64_t wait_ns);

    /// Where every connection reads into; nothing in it outlives the call that filled it.
    [[nodiscard]] std::vector<char>& scratch() noexcept { return scratch_; }

private:
    static constexpr std::size_t scratch_bytes = std::size_t{512} * 1024;
    int epoll_;
    std::vector<char> scratch_ = std::vector<char>(scratch_bytes);
};

}  // namespace ventanilla::load
