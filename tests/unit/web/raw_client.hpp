#pragma once
// A client that sends whatever bytes a test wants, and reads with a deadline. Blocking, on plain sockets, so that no
// code of the server is tested by itself.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ventanilla::web::testing {

struct Answer {
    int status = 0;                              ///< 0: the connection ended without an answer
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;

    std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? "" : found->second;
    }
};

struct Frame {
    int opcode = -1;  ///< -1: the connection ended
    bool fin = true;
    std::string payload;

    /// The number of a close frame; 0 if it has none or is none.
    int close_code() const;
};

class RawClient {
public:
    explicit RawClient(std::uint16_t port, int receive_buffer = 0);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    /// False if the peer takes no more.
    bool send(std::string_view bytes);
    void shutdown_send();
    /// One response, without its body for `head_only`.
    Answer read_answer(bool head_only = false);
    /// Whether the server has ended the connection (waits for it).
    bool at_end();
    /// Whether nothing comes for `time`.
    bool silent_for(std::chrono::milliseconds time);

    Answer upgrade(std::string_view more_headers = "", std::string_view behind = "");
    bool send_frame(int opcode, std::string_view payload, bool fin = true);
    bool send_text(std::string_view payload) { return send_frame(1, payload); }
    Frame read_frame();
    /// The next frame that is neither ping nor pong.
    Frame read_data_frame();

    std::chrono::milliseconds patience{5000};

private:
    bool fill();

    int fd_ = -1;
    std::string buffer_;
};

/// A masked client frame.
std::string client_frame(int opcode, std::string_view payload, bool fin = true, bool masked = true, int reserved = 0);

/// A GET that asks for a WebSocket; `more` are further header lines, each with its line end.
std::string handshake(std::string_view path = "/ws/visitor", std::string_view more = "");

}  // namespace ventanilla::web::testing
