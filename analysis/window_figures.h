// WindowFigures: what every metric of a world says about the time since the last window closed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/world_snapshot.h"
#include "models/world.h"
#include "sim/series.h"

namespace faultline::analysis {

// The subject of what users of all workloads felt; no component can be called so.
inline constexpr std::string_view all_users = "*";

class WindowFigures {
 public:
  // The first window begins now.
  explicit WindowFigures(const models::World& world) : last_(world) {}

  // `metric` with ".p99" and the like for times; `weight` of a mean, where windows are merged.
  using Visit =
      std::function<void(std::string_view subject, const std::string& metric,
                         sim::Series::Merge merge, std::optional<double> value, double weight)>;
  // Ends the window now, and begins the next. The figures come in the same order every time.
  void close(const models::World& world, const Visit& visit);

  sim::Time began() const { return last_.at; }

 private:
  WorldSnapshot last_;
};

}  // namespace faultline::analysis
