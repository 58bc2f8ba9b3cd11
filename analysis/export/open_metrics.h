// OpenMetrics: every figure of every window of a run, as text that Prometheus can take in.
//
// OpenMetrics 1.0 (openmetrics.io): a family per type of component and metric, as
// faultline_database_utilisation_ratio{component="db"}; faultline_workload_... with the label
// `workload`; faultline_users_... of all users together. Counts are counters, distributions of
// times summaries with quantiles (and a gauge for their mean), all else gauges. Times are seconds.
// A sample stands at the end of its window, from the epoch of epoch.h on; where a window had
// nothing to report there is none.
#pragma once

#include <filesystem>

#include "analysis/atomic_file.h"
#include "analysis/recorder.h"
#include "models/world.h"

namespace faultline::analysis {

class OpenMetrics {
 public:
  // Throws WriteError.
  explicit OpenMetrics(const std::filesystem::path& file) : file_(file) {}

  // Of a run that has ended. Throws WriteError.
  void finish(const models::World& world, const Recorder& recorder);

 private:
  AtomicFile file_;
};

}  // namespace faultline::analysis
