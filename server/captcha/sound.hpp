#pragma once
// A code as a sound: the digits as espeak-ng said them when the server was built, in a crowd that says nothing.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "captcha/dice.hpp"
#include "protocol/words.hpp"

namespace ventanilla::captcha {

inline constexpr int sample_rate = 8000;
inline constexpr int voices = 2;

/// The recording of a digit, from -1 to 1; `voice` is 0 or 1.
std::vector<float> recording_of(protocol::Locale locale, int voice, int digit);

/// `sound` played faster (above 1) or slower, and so higher or lower.
std::vector<float> pitched(std::span<const float> sound, float pitch);

/// How far a digit's pitch strays from its recording.
inline constexpr float lowest_pitch = 0.88F;
inline constexpr float highest_pitch = 1.14F;

/// Two tracks of one length.
struct Spoken {
    std::vector<float> voice;
    std::vector<float> noise;  ///< hiss, and scraps of other digits, backwards and at another pitch
};

/// Each digit has its own voice, pitch, loudness and pause.
Spoken speak(std::string_view code, protocol::Locale locale, Dice& dice);

/// Both tracks as a WAV of 8 bit, mono.
std::string wav(const Spoken& spoken);

}  // namespace ventanilla::captcha
