// The ticks of an axis: round numbers, 1, 2, 2.5, 5 or 10 times a power of ten apart.
#pragma once

#include <vector>

namespace faultline::analysis {

// Three to six from 0 to the first that is not below `most`.
std::vector<double> round_ticks(double most);

// Those that lie on an axis from `low` to `high`, low < high.
std::vector<double> round_ticks_within(double low, double high);

}  // namespace faultline::analysis
