#include "models/connection/slow_start.h"

#include <algorithm>

namespace faultline::models {
namespace {

// What a receiver lets in at once: 6 MiB, the default ceiling of Linux (tcp_rmem).
constexpr std::uint64_t receive_window = (std::uint64_t{6} << 20) / segment_bytes;

double ns_per_segment(const Path& path) {
  if (!path.bandwidth_bits_per_s) return 0;
  return static_cast<double>(segment_bytes * 8) / *path.bandwidth_bits_per_s * 1e9;
}

}  // namespace

sim::Duration SlowStart::send(sim::Time now, std::uint64_t bytes, const Path& path) {
  if (now - sent_ > path.retransmission_timeout) window_ = initial_;
  const std::uint64_t segments = (bytes + segment_bytes - 1) / segment_bytes;
  const double segment_ns = ns_per_segment(path);
  const double heard_after = static_cast<double>(path.round_trip.ns) + segment_ns;
  double stalled = 0;
  std::uint64_t window = window_;
  for (std::uint64_t left = segments; left > window;
       window = std::min(window * 2, receive_window)) {
    left -= window;
    stalled += std::max(0.0, heard_after - static_cast<double>(window) * segment_ns);
  }
  const std::uint64_t made_use_of = std::min(window_ + segments, segments * 2);
  window_ = std::min(std::max(window_, made_use_of), receive_window);
  const auto stall = sim::Duration::from_ns(stalled);
  sent_ = now + stall;
  return stall;
}

}  // namespace faultline::models
