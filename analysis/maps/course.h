// Course: what the users of a run asked for and got, window by window.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <vector>

#include "scenarios/scenario.h"
#include "sim/time.h"

namespace faultline::analysis {

// A load is served where at least this share of the requests offered were good.
inline constexpr double served_share = 0.9;

// Requests of all workloads, by the moment they were offered and the moment they were decided.
struct Served {
  double offered = 0;
  double good = 0;
  double seconds = 0;

  Served& operator+=(const Served& other);
  double offered_per_s() const { return seconds > 0 ? offered / seconds : 0; }
  double goodput_per_s() const { return seconds > 0 ? good / seconds : 0; }
  // Good of those offered; 1 where nothing was.
  double share() const { return offered > 0 ? good / offered : 1; }
  bool enough() const { return share() >= served_share; }
};

// Indices, half-open, of the windows that lie wholly between two instants.
struct WindowRange {
  std::size_t first = 0;
  std::size_t end = 0;
  bool empty() const { return first >= end; }
};
WindowRange windows_between(sim::Time from, sim::Time to, sim::Duration window);

struct Course {
  sim::Duration window;
  std::vector<Served> windows;

  // Over the whole windows between.
  Served between(sim::Time from, sim::Time to) const;
};

// A run ended before its time, by a limit of the scenario; what() says by which.
class CutShort : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Runs the scenario. nullopt: `interrupt` was raised. Throws CutShort.
std::optional<Course> course_of(const scenarios::Scenario& scenario, std::uint64_t seed,
                                const std::atomic<bool>* interrupt);

}  // namespace faultline::analysis
