#pragma once
// Files that are part of the binary: ventanilla_embed() in cmake/ makes tables of them.

#include <string_view>

namespace ventanilla {

/// One embedded file. All views live as long as the program.
struct Asset {
    std::string_view path;   ///< relative to the embedded folder, e.g. "assets/console.js"
    std::string_view bytes;  ///< the file as it is
    std::string_view gzip;   ///< the same through `gzip -9`; empty where that saves nothing (pictures, fonts)
    std::string_view etag;   ///< a strong entity tag with its quotes, from the file's SHA-256
};

}  // namespace ventanilla
