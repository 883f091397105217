// Any bytes as an id and an answer: the check never crashes, and without the secret nothing is right.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "captcha/captcha.hpp"

namespace {

using namespace ventanilla::captcha;

constexpr std::int64_t now = 1'795'449'600'000;

const Captchas& captchas() {
    static const Captchas all("a secret of the fuzzer, long enough for it");
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::string id = captchas().make(Kind::pow, ventanilla::protocol::Locale::en, now, {}).id;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (captchas().check(id, input, now).verdict != Verdict::wrong) std::abort();
    const auto split = input.find('\n');
    const auto foreign = captchas().check(input.substr(0, split), input.substr(split == input.npos ? 0 : split), now);
    if (foreign.verdict != Verdict::malformed) std::abort();
    return 0;
}
