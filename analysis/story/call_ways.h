// CallWays: who calls whom in a world, through names too: what is asked in the course of a
// component, and how far from the users it is.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/story/evidence.h"
#include "models/world.h"

namespace faultline::analysis {

struct Way {
  std::string caller;
  std::string callee;
};

class CallWays {
 public:
  CallWays(const models::World& world, const Evidence& evidence);

  const std::vector<Way>& all() const { return ways_; }
  // A component and all that may be asked in its course.
  std::set<std::string> below(const std::string& top) const;
  // The least number of calls from a workload to it; 0: a workload, or nobody calls it.
  std::size_t depth(const std::string& name) const;

 private:
  std::vector<Way> ways_;
  std::map<std::string, std::set<std::string>> callees_;
  std::map<std::string, std::size_t> depths_;
};

}  // namespace faultline::analysis
