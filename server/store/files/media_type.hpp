#pragma once
// What a file is, by its content. Neither its name nor what its sender says of it has a say. Pure.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ventanilla::files {

/// Looks at a file while it comes, in pieces of any size.
class MediaTypeSniffer {
public:
    void feed(std::string_view bytes);

    /// image/png, image/jpeg, image/webp, image/gif, application/pdf, application/zip, text/xml, text/plain; "" for
    /// everything else, for nothing at all, and for pages and drawings that a browser would run (HTML, SVG). Text is UTF-8
    /// or Latin-1 without control characters.
    std::string_view type() const;

private:
    void check_text(unsigned char byte);

    /// Enough for the prolog and comments before the root of an XML document.
    static constexpr std::size_t kHead = 16UL * 1024;

    std::string head_;
    bool control_ = false;       ///< a control character that no text has, as bytes
    bool not_utf8_ = false;      ///< not well-formed UTF-8
    bool utf8_control_ = false;  ///< a control character beyond ASCII, as UTF-8
    bool high_control_ = false;  ///< one as Latin-1
    // Of the UTF-8 character that is being read:
    unsigned more_ = 0;  ///< bytes still to come
    unsigned char least_ = 0x80;
    unsigned char most_ = 0xbf;
    bool after_c2_ = false;
};

/// The same for a whole file.
std::string_view media_type_of(std::string_view content);

}  // namespace ventanilla::files
