// What is heard: a good WAV whose digits, found again by correlation with the recordings, are those of the code.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "captcha/sound.hpp"
#include "unit/captcha/captcha_support.hpp"

namespace ventanilla::captcha {
namespace {

using protocol::Locale;

Spoken spoken(std::string_view code, Locale locale, unsigned start) {
    Dice dice(testing::seed(start), Dice::Stream::sound);
    return speak(code, locale, dice);
}

double power(std::span<const float> sound) {
    double sum = 0;
    for (const float sample : sound) sum += double{sample} * sample;
    return sum / static_cast<double>(sound.size());
}

/// How alike two sounds are where they overlap, `lag` samples apart: 1 the same, 0 nothing in common.
double likeness(std::span<const float> left, std::span<const float> right, std::size_t lag) {
    const auto count = std::min(left.size() - lag, right.size());
    double product = 0;
    for (std::size_t i = 0; i < count; ++i) product += double{left[lag + i]} * right[i];
    const double scale =
        std::sqrt(power(left) * static_cast<double>(left.size()) * power(right) * static_cast<double>(right.size()));
    return product / scale;
}

/// The stretches between silences, with some silence before each.
std::vector<std::span<const float>> words_of(const std::vector<float>& voice) {
    constexpr std::size_t silence = sample_rate / 5;  // inside a digit it is shorter, between digits longer
    constexpr std::size_t margin = 60;
    std::vector<std::span<const float>> words;
    std::size_t from = 0;
    std::size_t last = 0;
    bool inside = false;
    for (std::size_t i = 0; i < voice.size(); ++i) {
        if (std::abs(voice[i]) > 0.005F) {
            if (!inside) from = i;
            inside = true;
            last = i;
        } else if (inside && i - last > silence) {
            words.push_back(std::span(voice).subspan(from - margin, last + margin - from));
            inside = false;
        }
    }
    return words;
}

/// The digit whose recording, at some voice and pitch, is most alike.
int heard(std::span<const float> word, Locale locale) {
    int best = -1;
    double most = 0;
    for (int digit = 0; digit < 10; ++digit) {
        for (int voice = 0; voice < voices; ++voice) {
            const auto recording = recording_of(locale, voice, digit);
            for (float pitch = lowest_pitch; pitch <= highest_pitch; pitch += 0.004F) {
                const auto sound = pitched(recording, pitch);
                // A word of another length is another one.
                if (std::abs(static_cast<double>(sound.size()) - static_cast<double>(word.size() - 120)) > 60) continue;
                for (std::size_t lag = 40; lag < 80; lag += 2) {
                    const double now = likeness(word, sound, lag);
                    if (now > most) {
                        most = now;
                        best = digit;
                    }
                }
            }
        }
    }
    return best;
}

TEST(Sound, says_the_digits_in_their_order) {
    unsigned start = 40;
    for (const Locale locale : {Locale::es_mx, Locale::en}) {
        for (const std::string code : {"012345", "678990", "554321"}) {
            const auto voice = spoken(code, locale, ++start).voice;
            std::string found;
            for (const auto word : words_of(voice)) found += std::to_string(heard(word, locale));
            EXPECT_EQ(found, code) << "seed " << start;
        }
    }
}

TEST(Sound, recordings_are_ten_different_words_in_each_language) {
    for (const Locale locale : {Locale::es_mx, Locale::en}) {
        for (int voice = 0; voice < voices; ++voice) {
            for (int digit = 0; digit < 10; ++digit) {
                const auto recording = recording_of(locale, voice, digit);
                EXPECT_GT(recording.size(), sample_rate / 6U);
                EXPECT_LT(recording.size(), sample_rate * 1U);
                EXPECT_FLOAT_EQ(
                    std::abs(*std::ranges::max_element(recording, {}, [](float sample) { return std::abs(sample); })),
                    1);
                EXPECT_NE(recording, recording_of(locale, voice, (digit + 1) % 10));
                EXPECT_NE(recording, recording_of(locale, 1 - voice, digit));
            }
        }
    }
    EXPECT_NE(recording_of(Locale::es_mx, 0, 3), recording_of(Locale::en, 0, 3));
}

TEST(Sound, lasts_about_as_long_as_six_digits) {
    for (unsigned start = 0; start < 20; ++start) {
        const auto seconds = static_cast<double>(spoken("908172", Locale::es_mx, start).voice.size()) / sample_rate;
        EXPECT_GT(seconds, 4) << "seed " << start;
        EXPECT_LT(seconds, 10) << "seed " << start;
    }
}

TEST(Sound, the_same_digits_sound_different_each_time) {
    const auto first = spoken("908172", Locale::es_mx, 1);
    const auto second = spoken("908172", Locale::es_mx, 2);
    EXPECT_NE(first.voice.size(), second.voice.size());
    for (std::size_t lag = 0; lag < sample_rate; lag += 400) {
        EXPECT_LT(std::abs(likeness(first.voice, second.voice, lag)), 0.3);
        EXPECT_LT(std::abs(likeness(first.noise, second.noise, lag)), 0.3);
    }
    EXPECT_EQ(wav(spoken("908172", Locale::es_mx, 1)), wav(first));
}

TEST(Sound, there_is_noise_all_along_and_less_than_voice) {
    for (unsigned start = 0; start < 20; ++start) {
        const auto both = spoken("908172", Locale::en, start);
        ASSERT_EQ(both.voice.size(), both.noise.size());
        const auto tenth = both.noise.size() / 10;
        for (std::size_t i = 0; i < 10; ++i)
            EXPECT_GT(power(std::span(both.noise).subspan(i * tenth, tenth)), 1e-4) << "seed " << start;
        // The words themselves, without their pauses, stand at least 6 dB above the noise.
        for (const auto word : words_of(both.voice)) EXPECT_GT(power(word), 4 * power(both.noise)) << "seed " << start;
    }
}

TEST(Sound, the_file_is_a_wav) {
    const auto both = spoken("123456", Locale::es_mx, 3);
    const auto file = wav(both);
    const auto number = [&file](std::size_t at, int bytes) {
        std::uint32_t result = 0;
        for (int i = bytes; i-- > 0;)
            result = result << 8 | static_cast<unsigned char>(file[at + static_cast<std::size_t>(i)]);
        return result;
    };
    EXPECT_EQ(file.substr(0, 4) + file.substr(8, 8), "RIFFWAVEfmt ");
    EXPECT_EQ(number(4, 4), file.size() - 8);
    EXPECT_EQ(number(16, 4), 16U);
    EXPECT_EQ(number(20, 2), 1U);
    EXPECT_EQ(number(22, 2), 1U);
    EXPECT_EQ(number(24, 4), 8000U);
    EXPECT_EQ(number(28, 4), 8000U);
    EXPECT_EQ(number(32, 2), 1U);
    EXPECT_EQ(number(34, 2), 8U);
    EXPECT_EQ(file.substr(36, 4), "data");
    EXPECT_EQ(number(40, 4), both.voice.size());
    EXPECT_EQ(file.size(), 44 + both.voice.size() + both.voice.size() % 2);
    EXPECT_EQ(file.size() % 2, 0U);
}

}  // namespace
}  // namespace ventanilla::captcha
