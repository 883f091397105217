#pragma once
// What the kernel knows of this process.

namespace ventanilla::api {

struct ProcessUsage {
    double resident_bytes = 0;
    double open_fds = 0;
    double max_fds = 0;
    double cpu_s = 0;      ///< user and system
    double started_s = 0;  ///< since the Unix epoch
};

/// Reads /proc/self; 0 for what is not to be read there.
ProcessUsage process_usage();

}  // namespace ventanilla::api
