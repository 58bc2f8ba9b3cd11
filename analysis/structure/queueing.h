// Formulas of queueing theory, for what can be predicted without simulating.
//
// `load` is the offered load in busy servers (arrival rate x mean service time), `servers` their
// number; waits come in units of the mean service time. Waits of an overloaded queue are infinite.
#pragma once

#include <cstdint>

namespace faultline::analysis {

// Share of arrivals that find all servers taken where nobody waits, whatever the law of service
// (Erlang 1917); by its recursion.
double erlang_b_share(std::uint64_t servers, double load);
// Probability of having to wait in M/M/c.
double erlang_c_share(std::uint64_t servers, double load);
// Mean wait in M/M/c; exact.
double mmc_wait(std::uint64_t servers, double load);
// Mean wait in G/G/c by Allen and Cunneen: M/M/c's x (arrivals_cv2 + service_cv2) / 2. Exact for
// M/G/1 (Pollaczek and Khinchine) and M/M/c, else an approximation.
double ggc_wait(std::uint64_t servers, double load, double arrivals_cv2, double service_cv2);
// The wait that a share `quantile` (0..1) does not exceed in M/M/c; exact. Of other queues, with
// their mean wait: as if the wait of those who wait were exponential, an approximation.
double wait_quantile(std::uint64_t servers, double load, double mean_wait, double quantile);
// Mean time from arrival to departure in M/G/1 with processor sharing, whatever the law of service.
double sharing_sojourn(double load);

// M/M/c/K with room for `room` waiting.
struct LossQueue {
  double lost = 0;       // share of arrivals
  double mean_wait = 0;  // of those let in
};
LossQueue mmck(std::uint64_t servers, std::uint64_t room, double load);

// So many users, who think and then ask one station of exponential servers: the machine repairman,
// by mean value analysis of M/M/c (load-dependent; Reiser and Lavenberg 1980). Times in seconds.
struct ClosedQueue {
  double throughput_per_s = 0;
  double response_s = 0;
  double utilisation = 0;
};
ClosedQueue repairman(std::uint64_t users, double think_s, std::uint64_t servers, double service_s);

}  // namespace faultline::analysis
