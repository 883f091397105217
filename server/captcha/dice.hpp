#pragma once
// Random numbers of one challenge: a ChaCha20 stream, so that nobody foretells a picture, and a test can repeat it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ventanilla::captcha {

class Dice {
public:
    /// What the numbers are for: streams of one seed have nothing in common.
    enum class Stream : unsigned char { names, picture, sound, work };

    Dice(const std::array<unsigned char, 32>& seed, Stream stream);

    void fill(std::span<unsigned char> bytes);
    std::uint32_t bits();
    /// Uniform in [0, 1).
    float unit();
    /// Uniform in [from, to).
    float between(float from, float to) { return from + (to - from) * unit(); }
    /// Uniform in 0 … count-1.
    std::uint32_t below(std::uint32_t count);
    bool chance(float probability) { return unit() < probability; }

private:
    void refill();

    std::array<unsigned char, 32> key_;
    std::array<unsigned char, 8> stream_{};
    std::array<unsigned char, 1024> block_{};
    std::size_t used_ = block_.size();
    std::uint64_t next_block_ = 0;
};

}  // namespace ventanilla::captcha
