// captcha_samples pictures COUNT FOLDER       COUNT codes as FOLDER/<code>-<n>.png and .wav
// captcha_samples pow SECRET                  a fresh challenge, as the endpoint answers it
// captcha_samples id SECRET NONCE EXPIRES_AT  the id of the pow challenge with this nonce (hex); for one made elsewhere
// captcha_samples check SECRET ID ANSWER      right, wrong, expired or malformed
//
// For tests: whoever has the secret can do all of this.

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "captcha/captcha.hpp"
#include "captcha/picture.hpp"
#include "captcha/seal.hpp"
#include "captcha/sound.hpp"

namespace {

using namespace ventanilla;
using namespace ventanilla::captcha;

void write(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream file(path, std::ios::binary);
    if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()))) throw std::runtime_error(path.string());
}

/// Always the same ones, so that a failure can be looked at.
void pictures(int count, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    for (int i = 0; i < count; ++i) {
        Captchas::Seed seed{};
        seed[0] = static_cast<unsigned char>(i & 0xff);
        seed[1] = static_cast<unsigned char>(i >> 8 & 0xff);
        Dice names(seed, Dice::Stream::names);
        const auto code = fmt::format("{:06}", names.below(1'000'000));
        const auto path = folder / fmt::format("{}-{:03}", code, i);
        Dice pen(seed, Dice::Stream::picture);
        write(path.string() + ".png", picture_of(code, pen));
        Dice voice(seed, Dice::Stream::sound);
        write(path.string() + ".wav", wav(speak(code, protocol::Locale::es_mx, voice)));
    }
}

std::string id_of(const std::string& secret, const std::string& nonce, std::int64_t expires_at) {
    const auto key = mac(bytes_of(secret), bytes_of("captcha id"));
    std::string bytes = "\x02";
    for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(expires_at >> shift & 0xff));
    const auto raw = from_hex(nonce).value();
    bytes.append(raw.begin(), raw.end());
    const auto tag = mac(key, bytes_of(bytes));
    bytes.append(tag.begin(), tag.begin() + 16);
    return base64(bytes_of(bytes), Base64::url);
}

std::string_view word(Verdict verdict) {
    switch (verdict) {
        case Verdict::right: return "right";
        case Verdict::wrong: return "wrong";
        case Verdict::expired: return "expired";
        case Verdict::malformed: return "malformed";
    }
    return "";
}

int run(const std::vector<std::string>& words) {
    if (words.size() == 3 && words[0] == "pictures") {
        pictures(std::stoi(words[1]), words[2]);
    } else if (words.size() == 2 && words[0] == "pow") {
        std::cout << Captchas(words[1]).make(Kind::pow, protocol::Locale::es_mx, wall_clock_ms()).json() << '\n';
    } else if (words.size() == 4 && words[0] == "id") {
        std::cout << id_of(words[1], words[2], std::stoll(words[3])) << '\n';
    } else if (words.size() == 4 && words[0] == "check") {
        std::cout << word(Captchas(words[1]).check(words[2], words[3], wall_clock_ms()).verdict) << '\n';
    } else {
        std::cerr << "usage: see the head of captcha_samples.cpp\n";
        return 2;
    }
    return 0;
}

}  // namespace

int main(int count, char** words) {
    try {
        const std::span all(words, static_cast<std::size_t>(count));
        return run({all.begin() + 1, all.end()});
    } catch (const std::exception& error) {
        std::cerr << "captcha_samples: " << error.what() << '\n';
        return 1;
    }
}
