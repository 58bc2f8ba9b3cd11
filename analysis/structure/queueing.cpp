#include "analysis/structure/queueing.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace faultline::analysis {

double erlang_b_share(std::uint64_t servers, double load) {
  double lost = 1;
  for (std::uint64_t n = 1; n <= servers; ++n) {
    lost = load * lost / (static_cast<double>(n) + load * lost);
  }
  return lost;
}

double erlang_c_share(std::uint64_t servers, double load) {
  const double busy = load / static_cast<double>(servers);
  if (busy >= 1) return 1;
  const double lost = erlang_b_share(servers, load);
  return lost / (1 - busy * (1 - lost));
}

double mmc_wait(std::uint64_t servers, double load) {
  const double spare = static_cast<double>(servers) - load;
  if (spare <= 0) return std::numeric_limits<double>::infinity();
  return erlang_c_share(servers, load) / spare;
}

double ggc_wait(std::uint64_t servers, double load, double arrivals_cv2, double service_cv2) {
  return mmc_wait(servers, load) * (arrivals_cv2 + service_cv2) / 2;
}

double wait_quantile(std::uint64_t servers, double load, double mean_wait, double quantile) {
  const double waits = erlang_c_share(servers, load);
  if (waits <= 1 - quantile) return 0;
  return mean_wait / waits * std::log(waits / (1 - quantile));
}

double sharing_sojourn(double load) {
  return load < 1 ? 1 / (1 - load) : std::numeric_limits<double>::infinity();
}

// Birth and death: weights of the numbers in the system, kept small by their sum.
LossQueue mmck(std::uint64_t servers, std::uint64_t room, double load) {
  double weight = 1;
  double total = 1;
  double waiting = 0;
  for (std::uint64_t n = 1; n <= servers + room; ++n) {
    weight *= load / static_cast<double>(std::min(n, servers));
    total += weight;
    if (n > servers) waiting += weight * static_cast<double>(n - servers);
    if (total > 1e200) {
      weight /= total;
      waiting /= total;
      total = 1;
    }
  }
  LossQueue queue{.lost = weight / total, .mean_wait = 0};
  const double let_in = load * (1 - queue.lost);
  if (let_in > 0) queue.mean_wait = waiting / total / let_in;
  return queue;
}

ClosedQueue repairman(std::uint64_t users, double think_s, std::uint64_t servers,
                      double service_s) {
  // p[j]: probability of j at the station, seen by one more user.
  std::vector<double> p(users + 1, 0);
  p[0] = 1;
  ClosedQueue queue;
  const auto speed = [&](std::uint64_t j) { return static_cast<double>(std::min(j, servers)); };
  for (std::uint64_t n = 1; n <= users; ++n) {
    double response = 0;
    for (std::uint64_t j = 1; j <= n; ++j) {
      response += static_cast<double>(j) * service_s / speed(j) * p[j - 1];
    }
    queue.response_s = response;
    queue.throughput_per_s = static_cast<double>(n) / (think_s + response);
    double rest = 1;
    for (std::uint64_t j = n; j >= 1; --j) {
      p[j] = queue.throughput_per_s * service_s / speed(j) * p[j - 1];
      rest -= p[j];
    }
    p[0] = std::max(0.0, rest);
  }
  queue.utilisation = queue.throughput_per_s * service_s / static_cast<double>(servers);
  return queue;
}

}  // namespace faultline::analysis
