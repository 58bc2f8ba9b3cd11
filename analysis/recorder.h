// Recorder: listens to a world while it runs and keeps what a result is made of: a figure per
// window for every metric, and snapshots at the instants that phases and expectations begin or end.
//
// It must outlive the run. Memory does not grow with simulated time: a series keeps at most 2,000
// windows; whoever wants every window takes them as they close (`on_value`).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/alerts/alerting.h"
#include "analysis/window_figures.h"
#include "analysis/world_snapshot.h"
#include "models/world.h"
#include "sim/series.h"

namespace faultline::analysis {

struct NamedSeries {
  std::string subject;  // a component, a workload, or `all_users`
  std::string metric;   // with ".p99" and the like for times
  sim::Series series;
};

class Recorder {
 public:
  // `marks` are the instants at which to take snapshots; those already past are ignored.
  Recorder(models::World& world, sim::Duration window, const std::vector<sim::Time>& marks);
  Recorder(const Recorder&) = delete;

  using OnValue = std::function<void(sim::Time begin, sim::Time end, std::string_view subject,
                                     std::string_view metric, std::optional<double> value)>;
  void on_value(OnValue listener) { listener_ = std::move(listener); }

  // Tells it all figures of every window from now on.
  void inform(Alerting& alerting) { alerting_ = &alerting; }

  // Closes the window that was open when the run ended, and takes a last snapshot.
  void finish(const models::World& world);

  // nullptr: the run has not come so far.
  const WorldSnapshot* at(sim::Time instant) const;
  const std::vector<NamedSeries>& series() const { return series_; }
  sim::Time end() const { return end_; }

 private:
  void close_window(const models::World& world, sim::Time begin, sim::Time end);
  void append(std::string_view subject, const std::string& metric, sim::Series::Merge merge,
              sim::Time begin, sim::Time end, std::optional<double> value, double weight);

  sim::Duration window_;
  std::map<sim::Time, WorldSnapshot> snapshots_;
  WindowFigures figures_;
  std::vector<NamedSeries> series_;
  std::size_t next_series_ = 0;  // in the order in which a window's figures come
  OnValue listener_;
  Alerting* alerting_ = nullptr;
  sim::Time end_;
};

}  // namespace faultline::analysis
