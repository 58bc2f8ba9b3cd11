// What a distribution made of others holds; shared and never changed. Private to distribution*.cpp.
#pragma once

#include <string>
#include <vector>

#include "sim/distribution.h"

namespace faultline::sim {

struct Distribution::Parts {
  std::vector<double> weights;         // mixture, hyperexponential
  std::vector<double> cumulative;      // of the weights; the last is exactly 1
  std::vector<double> values;          // means of a hyperexponential; values of an empirical law
  std::vector<Distribution> branches;  // mixture
  std::string name;                    // empirical
};

}  // namespace faultline::sim
