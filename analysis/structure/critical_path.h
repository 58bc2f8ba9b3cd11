// CriticalPath: the chain of steps that a request waits for, with mean times, nothing queueing.
//
// Parallel     branches count by the longest of their means, which is below the mean of the longest
// Share        a step that a share of the requests does counts by its share: the sum is the mean
#pragma once

#include <string>
#include <vector>

#include "analysis/structure/traffic.h"

namespace faultline::analysis {

struct PathStep {
  std::string at;         // the component that does it
  std::string what;       // "work", "hop to db"
  std::size_t depth = 0;  // of calls
  double share = 1;       // of the requests
  double seconds = 0;     // mean of a request that does it
};

struct CriticalPath {
  std::string workload;
  std::string endpoint;
  double seconds = 0;
  std::vector<PathStep> steps;
};

// Of every endpoint of every workload, the longest first.
std::vector<CriticalPath> find_critical_paths(const WorkPlans& plans, models::World& world);

}  // namespace faultline::analysis
