#include "api/upload_form.hpp"

#include <array>
#include <utility>

namespace ventanilla::api {

namespace {

void add(crypto_hash_sha256_state& hash, std::string_view bytes) {
    crypto_hash_sha256_update(&hash, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

}  // namespace

UploadForm::UploadForm(bool hashed) {
    if (hashed) crypto_hash_sha256_init(&hash_.emplace());
}

void UploadForm::on_part(web::PartHead head) {
    // Other fields of the form mean nothing.
    if (head.name != "file" || !head.file_name) return;
    if (file_name_) {
        has_two_ = true;
        return;
    }
    file_name_ = std::move(head.file_name);
    if (hash_) add(*hash_, std::string(*file_name_) + '\0');
    taking_ = true;
}

void UploadForm::on_data(std::string_view bytes) {
    if (!taking_) return;
    size_ += bytes.size();
    sniffer_.feed(bytes);
    if (hash_) add(*hash_, bytes);
    waiting_ += bytes;
}

std::string UploadForm::take() {
    return std::exchange(waiting_, {});
}

std::string UploadForm::hash() const {
    if (!hash_) return {};
    auto state = *hash_;
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256_final(&state, digest.data());
    std::array<char, 2 * crypto_hash_sha256_BYTES + 1> text{};
    sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
    return text.data();
}

}  // namespace ventanilla::api
