#pragma once
// The one file in an upload's form, while it comes. No I/O: whoever reads the body takes the bytes away in time.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sodium.h>

#include "store/files/media_type.hpp"
#include "web/multipart.hpp"

namespace ventanilla::api {

class UploadForm final : public web::MultipartReader::Sink {
public:
    /// `hashed`: what repeats an upload must be told from what is another one.
    explicit UploadForm(bool hashed);

    void on_part(web::PartHead head) override;
    void on_data(std::string_view bytes) override;
    void on_part_end() override { taking_ = false; }

    /// What of the file has come since it was last asked.
    std::string take();
    std::size_t waiting() const noexcept { return waiting_.size(); }

    /// As its sender called it; nothing if the form has no file.
    const std::optional<std::string>& file_name() const noexcept { return file_name_; }
    bool has_two() const noexcept { return has_two_; }
    std::uint64_t size() const noexcept { return size_; }
    /// By its content; "" if it is of none of the known types.
    std::string_view media_type() const { return sniffer_.type(); }

    /// Of name and content, in hexadecimal; "" if it was not asked for.
    std::string hash() const;

private:
    files::MediaTypeSniffer sniffer_;
    std::optional<crypto_hash_sha256_state> hash_;
    std::optional<std::string> file_name_;
    std::string waiting_;
    std::uint64_t size_ = 0;
    bool taking_ = false;
    bool has_two_ = false;
};

}  // namespace ventanilla::api
