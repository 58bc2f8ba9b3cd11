// Ctrl-C and its like: a signal raises a flag, at which what is running stops at once and cleanly.
#pragma once

#include <atomic>

namespace faultline::cli {

// From now on SIGINT and SIGTERM raise this flag, and no longer end the process.
const std::atomic<bool>* watch_signals();

}  // namespace faultline::cli
