#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace faultline::cli {

Progress::Progress() : shows_(::isatty(STDERR_FILENO) != 0) {}

bool Progress::due() {
  if (!shows_) return false;
  const auto now = Clock::now();
  return now - begun_ >= std::chrono::seconds(1) &&
         now - printed_ >= std::chrono::milliseconds(200);
}

void Progress::show(const std::string& text) {
  printed_ = Clock::now();
  any_ = true;
  fmt::print(stderr, "\r  {}", text);
}

void Progress::show_part(std::size_t done, std::size_t of, std::string_view what) {
  const std::chrono::duration<double> passed = Clock::now() - begun_;
  const double left = passed.count() * static_cast<double>(of - done) / static_cast<double>(done);
  show(fmt::format("{} of {} {}, about {:.0f} s left   ", done, of, what, left));
}

void Progress::done() {
  if (any_) fmt::print(stderr, "\r{:60}\r", "");
}

}  // namespace faultline::cli
