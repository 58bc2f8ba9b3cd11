// ConnectionPolicy: over what kind of connections a caller makes its calls.
//
// Parameters   http            1.1: one request at a time; 2: `streams` at a time over one
//              tls             none, 1.2, 1.3: how many round trips precede the first request
//              resumption      whether a caller that was there before shortens the handshake
//              early-data      whether it then sends with the handshake what does not write
//              max             connections to one replica, >= 1
//              streams         requests at a time over one connection, >= 1
//              idle-timeout    how long an unused one is kept, >= 0
//              leak            share of calls whose connection is never given back
//              initial-window  segments before the first acknowledgement, >= 1
#pragma once

#include <cstdint>
#include <optional>

#include "models/fields.h"
#include "sim/time.h"

namespace faultline::models {

enum class Http : std::uint8_t { one, two };
enum class Tls : std::uint8_t { none, v1_2, v1_3 };

struct ConnectionPolicy {
  Http http = Http::one;
  Tls tls = Tls::none;
  bool resumption = true;
  bool early_data = false;
  std::optional<std::uint64_t> max{};
  std::optional<std::uint64_t> streams{};
  sim::Duration idle_timeout = sim::Duration::from_seconds(60);
  double leak = 0;
  std::uint64_t initial_window = 10;

  void describe(Fields& fields);

  std::uint64_t max_connections() const;
  std::uint64_t streams_each() const;
  // Round trips before a request can be sent: one for TCP (RFC 9293), and for TLS two in version
  // 1.2 (RFC 5246), one where its session is resumed; one in 1.3 (RFC 8446), none with early data.
  std::uint8_t round_trips(bool knows_server, bool writes) const;
};

}  // namespace faultline::models
