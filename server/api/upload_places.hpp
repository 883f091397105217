#pragma once
// The places of uploads that are coming in now: no address takes many of them, and agents always find one. No I/O.

#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace ventanilla::api {

class UploadPlaces {
    struct Taken {
        std::size_t all = 0;
        std::size_t of_strangers = 0;
        std::map<std::string, std::size_t, std::less<>> by_address;
    };

public:
    static constexpr std::size_t most = 64;
    static constexpr std::size_t most_of_strangers = 48;  ///< the others are kept for agents
    static constexpr std::size_t most_of_address = 4;

    /// Taken while it lives, even beyond the places themselves.
    class Place {
    public:
        Place(std::shared_ptr<Taken> taken, std::string address);
        ~Place();
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

    private:
        std::shared_ptr<Taken> taken_;
        std::string address_;
    };

    /// A stranger's, who is one of many behind `address` (web::limit_key); nothing if there is none.
    std::unique_ptr<Place> for_stranger(const std::string& address);
    /// An agent's, who has signed in.
    std::unique_ptr<Place> for_agent();

    std::size_t taken() const noexcept { return taken_->all; }

private:
    std::shared_ptr<Taken> taken_ = std::make_shared<Taken>();
};

}  // namespace ventanilla::api
