// SlowStart: how much one end of a connection may send before it hears from the other.
//
// Every acknowledged segment lets one more out, so the window doubles with every round trip
// (Jacobson, "Congestion avoidance and control", 1988; RFC 5681). A body that needs more than the
// window waits for acknowledgements, unless the window outlasts the round trip at the bandwidth
// there is: the stalls of Kurose and Ross, "Computer Networking", "TCP latency".
//
// A window that was not made use of does not grow, and after silence for longer than the
// retransmission timeout it begins anew (RFC 5681, 4.1).
//
// Not modelled congestion avoidance: nothing that is lost makes the window smaller
#pragma once

#include <cstdint>
#include <optional>

#include "sim/time.h"

namespace faultline::models {

inline constexpr std::uint64_t segment_bytes = 1460;

// The way of a message: there and back, the narrowest link, and how long silence may last.
struct Path {
  sim::Duration round_trip;
  std::optional<double> bandwidth_bits_per_s;  // nullopt: no limit
  sim::Duration retransmission_timeout;
};

class SlowStart {
 public:
  SlowStart() = default;
  explicit SlowStart(std::uint64_t initial_window)
      : initial_(initial_window), window_(initial_window) {}

  // How long a body of `bytes` that is sent now stands still, waiting for acknowledgements.
  sim::Duration send(sim::Time now, std::uint64_t bytes, const Path& path);

  std::uint64_t window() const { return window_; }  // segments

 private:
  std::uint64_t initial_ = 10;
  std::uint64_t window_ = 10;
  sim::Time sent_{};
};

}  // namespace faultline::models
