// Crew: who makes the runs of a sweep. Which run is made by whom, and when, changes no figure.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "analysis/sweep/sweep_store.h"

namespace faultline::analysis {

// Makes the run with this number of a plan, on any thread. nullopt: interrupted.
using MakeRun =
    std::function<std::optional<StoredRun>(std::size_t number, const std::atomic<bool>* interrupt)>;

struct RunOrder {
  std::vector<std::size_t> numbers;  // of the plan
  MakeRun make;
  std::function<void(std::size_t number, StoredRun run)> keep;  // one at a time
};

class Crew {
 public:
  virtual ~Crew() = default;
  // Makes them all, or fewer when interrupted. What `keep` throws ends it and is thrown on.
  virtual void make(const RunOrder& order) = 0;
};

// `jobs` >= 1 threads of this process, of which the caller's is one.
class ThreadCrew : public Crew {
 public:
  ThreadCrew(unsigned jobs, const std::atomic<bool>* interrupt)
      : jobs_(jobs), interrupt_(interrupt) {}
  void make(const RunOrder& order) override;

 private:
  unsigned jobs_;
  const std::atomic<bool>* interrupt_;
};

}  // namespace faultline::analysis
