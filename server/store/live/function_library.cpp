#include "store/live/function_library.hpp"

#include "base/random.hpp"
#include "base/testing.hpp"
#include "embedded/live_functions.hpp"
#include "store/live/schema.hpp"

namespace ventanilla::live {

FunctionLibrary build_function_library() {
    std::string prelude;
    std::string functions;
    for (const auto& file : live_functions()) {
        if (file.path.starts_with("prelude/")) {
            prelude += file.bytes;
            continue;
        }
        // A block of its own, so that a function's helpers are nobody else's.
        functions += "do\n";
        functions += file.bytes;
        functions += "end\n";
    }
    prelude = "local SCHEMA = " + std::to_string(kLiveSchema) + "\n" + testing::library_salt() + prelude;
    const auto hash = token_hash(prelude + functions).substr(0, 12);

    FunctionLibrary library;
    library.name = std::string(FunctionLibrary::name_prefix) + hash;
    library.suffix = "_" + hash;
    library.source = "#!lua name=" + library.name + "\nlocal SUFFIX = '" + library.suffix + "'\n" + prelude + functions;
    return library;
}

}  // namespace ventanilla::live
