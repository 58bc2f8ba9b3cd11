// Progress: a line on stderr about how far something long has come; only on a terminal, and only
// once it has taken a second.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace faultline::cli {

class Progress {
 public:
  Progress();

  // It is time to `show` something: not more often than five times a second.
  bool due();
  void show(const std::string& text);
  // "7 of 20 runs, about 12 s left", going by how long those took.
  void show_part(std::size_t done, std::size_t of, std::string_view what);
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
