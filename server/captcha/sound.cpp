#include "captcha/sound.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "embedded/digit_recordings.hpp"

namespace ventanilla::captcha {
namespace {

std::size_t samples_of(float seconds) {
    return static_cast<std::size_t>(seconds * sample_rate);
}

void add(std::vector<float>& track, std::span<const float> sound, std::size_t at, float loudness) {
    const auto count = std::min(sound.size(), track.size() - std::min(at, track.size()));
    for (std::size_t i = 0; i < count; ++i) track[at + i] += loudness * sound[i];
}

/// A scrap of some recording, backwards, soft at both ends.
std::vector<float> scrap(protocol::Locale locale, Dice& dice) {
    const auto whole = recording_of(locale, static_cast<int>(dice.below(voices)), static_cast<int>(dice.below(10)));
    const auto length = std::min(whole.size(), samples_of(dice.between(0.08F, 0.22F)));
    const auto from = dice.below(static_cast<std::uint32_t>(whole.size() - length + 1));
    auto piece = pitched(std::span(whole).subspan(from, length), dice.between(0.7F, 1.5F));
    std::ranges::reverse(piece);
    const auto turn = std::numbers::pi_v<float> / static_cast<float>(piece.size());
    for (std::size_t i = 0; i < piece.size(); ++i) piece[i] *= std::sin(turn * static_cast<float>(i));
    return piece;
}

std::vector<float> crowd(std::size_t length, protocol::Locale locale, Dice& dice) {
    std::vector<float> track(length);
    for (std::size_t at = 0; at < length; at += samples_of(dice.between(0.04F, 0.11F)))
        add(track, scrap(locale, dice), at, dice.between(0.05F, 0.16F));
    const float hiss = dice.between(0.025F, 0.045F);
    for (auto& sample : track) sample += dice.between(-hiss, hiss);
    return track;
}

void add_number(std::string& out, std::uint32_t number, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(number >> (8 * i) & 0xff));
}

}  // namespace

std::vector<float> recording_of(protocol::Locale locale, int voice, int digit) {
    const auto path = fmt::format("{}/{}/{}.pcm", locale == protocol::Locale::en ? "en" : "es", voice, digit);
    const auto all = digit_recordings();
    const auto found = std::ranges::find(all, path, &Asset::path);
    if (found == all.end()) throw std::out_of_range("no recording " + path);
    std::vector<float> samples;
    samples.reserve(found->bytes.size());
    for (const char byte : found->bytes) samples.push_back(static_cast<float>(static_cast<signed char>(byte)) / 127);
    return samples;
}

std::vector<float> pitched(std::span<const float> sound, float pitch) {
    std::vector<float> out;
    if (sound.empty()) return out;
    const auto length = static_cast<std::size_t>(static_cast<float>(sound.size() - 1) / pitch);
    out.reserve(length);
    for (std::size_t i = 0; i < length; ++i) {
        const float place = static_cast<float>(i) * pitch;
        const auto before = static_cast<std::size_t>(place);
        const float part = place - static_cast<float>(before);
        out.push_back(sound[before] + part * (sound[std::min(before + 1, sound.size() - 1)] - sound[before]));
    }
    return out;
}

Spoken speak(std::string_view code, protocol::Locale locale, Dice& dice) {
    Spoken spoken;
    spoken.voice.resize(samples_of(dice.between(0.4F, 0.8F)));
    for (const char digit : code) {
        const auto recording = recording_of(locale, static_cast<int>(dice.below(voices)), digit - '0');
        const auto said = pitched(recording, dice.between(lowest_pitch, highest_pitch));
        const auto at = spoken.voice.size();
        spoken.voice.resize(at + said.size() + samples_of(dice.between(0.3F, 0.75F)));
        add(spoken.voice, said, at, dice.between(0.6F, 0.8F));
    }
    spoken.noise = crowd(spoken.voice.size(), locale, dice);
    return spoken;
}

std::string wav(const Spoken& spoken) {
    const auto length = static_cast<std::uint32_t>(spoken.voice.size());
    const std::uint32_t padding = length % 2;  // chunks have even lengths
    std::string out = "RIFF";
    add_number(out, 36 + length + padding, 4);
    out += "WAVEfmt ";
    add_number(out, 16, 4);
    add_number(out, 1, 2);  // PCM
    add_number(out, 1, 2);  // one channel
    add_number(out, sample_rate, 4);
    add_number(out, sample_rate, 4);  // bytes per second
    add_number(out, 1, 2);            // bytes per sample
    add_number(out, 8, 2);
    out += "data";
    add_number(out, length, 4);
    for (std::size_t i = 0; i < length; ++i) {
        const float sample = std::clamp(spoken.voice[i] + spoken.noise[i], -1.0F, 1.0F);
        out.push_back(static_cast<char>(std::lround(128 + 127 * sample)));
    }
    out.append(padding, '\x80');
    return out;
}

}  // namespace ventanilla::captcha
