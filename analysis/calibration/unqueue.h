// Service times out of response times: what each request waited for a worker is taken off.
//
// A server has `workers` and one line, first in first out. A request begins when it has arrived and
// a worker is free, and holds the worker until it ends. So from the beginnings and ends of all
// requests of a server it follows who waited, and how long.
//
// A request that ended while `workers` that had come before it were still being worked on or waited
// cannot have waited in that line: it overtook. An endpoint that overtakes again and again takes no
// worker; if all of them do, `workers` is wrong, or the line is none.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace faultline::analysis {

struct Visit {
  std::int64_t arrived_ns;
  std::int64_t ended_ns;
  std::uint32_t server;
  std::uint32_t endpoint;
};

struct Unqueued {
  std::vector<std::optional<double>> service_ms;  // by visit; none: it overtook
  std::uint64_t waited = 0;
  double waiting_ms = 0;  // of all that waited together
};

// How many visits of each endpoint overtook, by more than `tolerance_ns`.
std::vector<std::uint64_t> count_overtaking(std::span<const Visit> visits, std::uint64_t workers,
                                            std::size_t endpoints, std::int64_t tolerance_ns);

// `without_worker`: by endpoint; their service time is their response time.
Unqueued unqueue(std::span<const Visit> visits, std::uint64_t workers,
                 const std::vector<bool>& without_worker);

}  // namespace faultline::analysis
