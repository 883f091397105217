// Shifts the wall clock of the processes that it is preloaded into (LD_PRELOAD), and nothing else: monotonic clocks, timers
// and the kernel's timeouts run as ever. WALL_CLOCK_FILE names a file of eight bytes, a little-endian count of
// milliseconds to add. It is mapped, so a write to it counts at once and everywhere, without a system call.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

constexpr std::int64_t kMsPerS = 1000;
constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kNsPerS = kMsPerS * kNsPerMs;

std::atomic<std::int64_t*> shared_offset{nullptr};

__attribute__((constructor)) void map_offset() {
    const char* const name = std::getenv("WALL_CLOCK_FILE");
    if (name == nullptr) return;
    const int file = ::open(name, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void* const mapped = ::mmap(nullptr, sizeof(std::int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    if (mapped != MAP_FAILED) shared_offset = static_cast<std::int64_t*>(mapped);
}

std::int64_t offset_ms() {
    // Others ask for the time before this library's constructor has run.
    std::int64_t* const offset = shared_offset.load(std::memory_order_acquire);
    return offset == nullptr ? 0 : std::atomic_ref(*offset).load(std::memory_order_relaxed);
}

bool is_wall_clock(clockid_t clock) {
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
}

// Not through the C library, whose own function this one stands before.
int read_clock(clockid_t clock, timespec* out) {
    const auto result = static_cast<int>(::syscall(SYS_clock_gettime, clock, out));
    if (result != 0 || !is_wall_clock(clock)) return result;
    const std::int64_t offset = offset_ms();
    std::int64_t seconds = out->tv_sec + offset / kMsPerS;
    std::int64_t nanoseconds = out->tv_nsec + offset % kMsPerS * kNsPerMs;
    if (nanoseconds < 0) {
        nanoseconds += kNsPerS;
        --seconds;
    } else if (nanoseconds >= kNsPerS) {
        nanoseconds -= kNsPerS;
        ++seconds;
    }
    out->tv_sec = seconds;
    out->tv_nsec = nanoseconds;
    return 0;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* out) noexcept {
    return read_clock(clock, out);
}

int gettimeofday(timeval* out, void* /*zone*/) noexcept {
    timespec now{};
    const int result = read_clock(CLOCK_REALTIME, &now);
    if (result == 0) *out = {now.tv_sec, now.tv_nsec / 1000};
    return result;
}

time_t time(time_t* out) noexcept {
    timespec now{};
    read_clock(CLOCK_REALTIME, &now);
    if (out != nullptr) *out = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(timespec* out, int base) noexcept {
    return base == TIME_UTC && read_clock(CLOCK_REALTIME, out) == 0 ? base : 0;
}

}  // extern "C"
