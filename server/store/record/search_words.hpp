#pragma once
// Words for searching, made alike for both databases. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace ventanilla::record {

/// Lower case, accents removed except ñ, everything but letters, digits and symbols beyond ASCII made one space;
/// no blank at either end. "¿Año FISCAL, Adrián?" is "año fiscal adrian". Broken UTF-8 separates words.
std::string normalise(std::string_view text);

/// The distinct words to index for `text`, sorted, each cut to 64 bytes; a word with ñ also as if written with n,
/// so that "ano" finds "año", but "año" not "ano". At most 256 KiB in all.
std::vector<std::string> index_words(std::string_view text);

/// The distinct words of a search, at most 16.
std::vector<std::string> query_words(std::string_view q);

}  // namespace ventanilla::record
