#include "api/widget_script.hpp"

#include <zlib.h>

#include <new>

#include "api/site_json.hpp"
#include "base/random.hpp"
#include "protocol/encode.hpp"

namespace ventanilla::api {

std::string site_literal(const config::Site& site) {
    const auto text = protocol::dump(site_words(site));
    std::string literal;
    literal.reserve(text.size());
    for (const char c : text) {
        if (c == '<') {
            literal += "\\u003c";
        } else {
            literal.push_back(c);
        }
    }
    return literal;
}

std::string with_site(std::string_view script, std::string_view literal) {
    constexpr std::string_view mark = R"("__VENTANILLA_SITE__")";
    std::string result;
    result.reserve(script.size() + literal.size());
    for (auto at = script.find(mark); at != std::string_view::npos; at = script.find(mark)) {
        result += script.substr(0, at);
        result += literal;
        script.remove_prefix(at + mark.size());
    }
    result += script;
    return result;
}

std::string gzip(std::string_view bytes) {
    constexpr int kGzip = 15 + 16;  // the largest window, with a gzip head and not zlib's
    constexpr int kMemory = 8;
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc();
    }
    const auto length = static_cast<uInt>(bytes.size());
    std::string packed(deflateBound(&stream, length), '\0');
    // zlib does not write to its input; its type is older than const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = length;
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const int end = deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    if (end != Z_STREAM_END) throw std::bad_alloc();
    return packed;
}

WidgetScript::WidgetScript(const Asset& built, const config::Site& site)
    : bytes_(with_site(built.bytes, site_literal(site))),
      gzip_(gzip(bytes_)),
      etag_('"' + token_hash(bytes_).substr(0, 32) + '"'),
      asset_{built.path, bytes_, gzip_, etag_} {}

}  // namespace ventanilla::api
