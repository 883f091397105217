#include "captcha/dice.hpp"

#include <sodium.h>

#include <cstring>

namespace ventanilla::captcha {

Dice::Dice(const std::array<unsigned char, 32>& seed, Stream stream) : key_(seed) {
    stream_[0] = static_cast<unsigned char>(stream);
}

void Dice::refill() {
    constexpr std::size_t chacha_block = 64;
    block_.fill(0);
    crypto_stream_chacha20_xor_ic(block_.data(), block_.data(), block_.size(), stream_.data(), next_block_,
                                  key_.data());
    next_block_ += block_.size() / chacha_block;
    used_ = 0;
}

void Dice::fill(std::span<unsigned char> bytes) {
    for (auto& byte : bytes) {
        if (used_ == block_.size()) refill();
        byte = block_[used_++];
    }
}

std::uint32_t Dice::bits() {
    std::uint32_t number = 0;
    if (used_ + sizeof number > block_.size()) refill();
    std::memcpy(&number, block_.data() + used_, sizeof number);
    used_ += sizeof number;
    return number;
}

float Dice::unit() {
    // 24 bits are what a float holds exactly: 1 is never reached.
    return static_cast<float>(bits() >> 8) * 0x1p-24F;
}

std::uint32_t Dice::below(std::uint32_t count) {
    return static_cast<std::uint32_t>((std::uint64_t{bits()} * count) >> 32);
}

}  // namespace ventanilla::captcha
