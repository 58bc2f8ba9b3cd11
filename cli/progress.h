// Progress: a line on stderr about how far something long has come; only on a terminal, and only
// once it has taken a second.
#pragma once

#include <chrono>
#include <string>

namespace faultline::cli {

class Progress {
 public:
  Progress();

  // It is time to `show` something: not more often than five times a second.
  bool due();
  void show(const std::string& text);
  // Wipes the line.
  void done();

 private:
  using Clock = std::chrono::steady_clock;
  bool shows_;
  bool any_ = false;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point printed_ = begun_;
};

}  // namespace faultline::cli
