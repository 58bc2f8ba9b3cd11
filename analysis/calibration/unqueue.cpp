#include "analysis/calibration/unqueue.h"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>

namespace faultline::analysis {
namespace {

constexpr double ns_in_one_ms = 1e6;

// Indices of visits in the order in which they arrived; among those at once, who ended first.
std::vector<std::size_t> in_order_of_arrival(std::span<const Visit> visits) {
  std::vector<std::size_t> order(visits.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return visits[a].arrived_ns != visits[b].arrived_ns
               ? visits[a].arrived_ns < visits[b].arrived_ns
               : visits[a].ended_ns < visits[b].ended_ns;
  });
  return order;
}

}  // namespace

std::vector<std::uint64_t> count_overtaking(std::span<const Visit> visits, std::uint64_t workers,
                                            std::size_t endpoints, std::int64_t tolerance_ns) {
  std::vector<std::uint64_t> overtaking(endpoints, 0);
  std::map<std::uint32_t, std::vector<Visit>> under_way;  // by server, in order of arrival
  for (const std::size_t i : in_order_of_arrival(visits)) {
    const Visit& visit = visits[i];
    std::vector<Visit>& others = under_way[visit.server];
    std::erase_if(others, [&](const Visit& v) { return v.ended_ns <= visit.arrived_ns; });
    const auto overtaken = std::count_if(others.begin(), others.end(), [&](const Visit& v) {
      return v.arrived_ns + tolerance_ns < visit.arrived_ns &&
             v.ended_ns > visit.ended_ns + tolerance_ns;
    });
    if (static_cast<std::uint64_t>(overtaken) >= workers) ++overtaking[visit.endpoint];
    others.push_back(visit);
  }
  return overtaking;
}

Unqueued unqueue(std::span<const Visit> visits, std::uint64_t workers,
                 const std::vector<bool>& without_worker) {
  using Frees = std::priority_queue<std::int64_t, std::vector<std::int64_t>, std::greater<>>;
  std::map<std::uint32_t, Frees> busy_until;  // the workers of a server that have worked at all
  Unqueued result;
  result.service_ms.resize(visits.size());
  for (const std::size_t i : in_order_of_arrival(visits)) {
    const Visit& visit = visits[i];
    std::int64_t begun = visit.arrived_ns;
    if (!without_worker[visit.endpoint]) {
      Frees& frees = busy_until[visit.server];
      if (frees.size() >= workers) {
        begun = std::max(begun, frees.top());
        frees.pop();
      }
      frees.push(std::max(begun, visit.ended_ns));
    }
    if (begun > visit.ended_ns) continue;
    if (begun > visit.arrived_ns) {
      ++result.waited;
      result.waiting_ms += static_cast<double>(begun - visit.arrived_ns) / ns_in_one_ms;
    }
    result.service_ms[i] = static_cast<double>(visit.ended_ns - begun) / ns_in_one_ms;
  }
  return result;
}

}  // namespace faultline::analysis
