// Nelder and Mead's downhill simplex: the least value of a function without its derivatives.
//
// Source       J. A. Nelder, R. Mead: A simplex method for function minimization (1965), with the
//              usual coefficients 1, 2, 1/2, 1/2
// Errors       none: a function may give infinity where it is not defined, but not at the start
#pragma once

#include <functional>
#include <vector>

namespace faultline::analysis {

using Objective = std::function<double(const std::vector<double>&)>;

struct Minimum {
  std::vector<double> at;
  double value;
};

// Begins with `start` and `step` away from it in each direction; ends when the values at the
// corners differ by less than `tolerance`, or after `evaluations_max`. Begun anew once from where
// it ended.
Minimum minimize(const Objective& objective, std::vector<double> start, double step = 0.3,
                 double tolerance = 1e-7, int evaluations_max = 2000);

}  // namespace faultline::analysis
