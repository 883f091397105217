// Every file of the corpora through its target, without a fuzzer: what once broke something stays mended. A broken promise aborts;
// the name of the file stands before it.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

// VENTANILLA_FUZZ_TARGETS is X(captcha) X(decode) …; NAME_fuzz.cpp defines run_NAME (CMakeLists.txt).
#define X(name) extern "C" int run_##name(const std::uint8_t* data, std::size_t size);
VENTANILLA_FUZZ_TARGETS
#undef X

namespace {

using Target = int (*)(const std::uint8_t*, std::size_t);

int run_all(Target target, const std::filesystem::path& corpus) {
    int files = 0;
    if (!std::filesystem::is_directory(corpus)) return files;
    for (const auto& file : std::filesystem::directory_iterator(corpus)) {
        std::ifstream in(file.path(), std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        std::printf("%s\n", file.path().c_str());
        std::fflush(stdout);
        target(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
        ++files;
    }
    return files;
}

}  // namespace

int main(int argc, char** argv) {
    int files = 0;
    for (int i = 1; i < argc; ++i) {
        const std::filesystem::path root = argv[i];
#define X(name) files += run_all(run_##name, root / #name);
        VENTANILLA_FUZZ_TARGETS
#undef X
    }
    std::printf("%d files of the corpora\n", files);
    return files > 0 ? 0 : 1;
}
