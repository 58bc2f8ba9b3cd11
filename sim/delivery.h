// Delivery: how a message is sent over the network, and what becomes of it.
#pragma once

#include <optional>

#include "sim/time.h"

namespace faultline::sim {

enum class Transport {
  message,  // what is lost is gone
  tcp,      // what is lost is sent again, until it arrives or the sender gives up
};

// The first retransmission is due after the round trip, taken as twice the route's mean latency,
// plus `rto_min`; each further one after twice the wait before (RFC 6298; the floor of 200 ms, the
// ceiling and the count as Linux has them). Fast retransmission is not modelled.
struct TcpSettings {
  Duration rto_min = 200_ms;
  Duration rto_max = 120_s;
  int retransmissions_max = 15;
};

struct Delivery {
  bool arrives = false;
  bool cut = false;  // there was no way; the sender hears nothing, as with a loss
  Duration delay;    // from departure to the first arrival
  std::optional<Duration> duplicate_after;  // a second copy arrives this long after the first
};

}  // namespace faultline::sim
