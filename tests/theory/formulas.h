// Formulas: what several tests of theory need of it, with their sources.
//
// Time is in units of the mean service time, mu = 1; `a` is the offered load lambda / mu and `c`
// the number of servers. `tail` functions give P(T > t).
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>

namespace faultline::theory {

// Probability that an arrival finds `n` in an M/M/c/K (birth and death; Kleinrock 1975, ch. 3).
inline double found_in_mmck(unsigned n, unsigned c, unsigned k, double a) {
  double weight = 1;
  double total = 1;
  double wanted = n == 0 ? 1 : 0;
  for (unsigned i = 1; i <= k; ++i) {
    weight *= a / std::min(i, c);
    total += weight;
    if (i == n) wanted = weight;
  }
  return wanted / total;
}

// Erlang's B: all servers are taken and there is nowhere to wait.
inline double erlang_b(unsigned c, double a) { return found_in_mmck(c, c, c, a); }

// Erlang's C: the probability of having to wait in M/M/c.
inline double erlang_c(unsigned c, double a) {
  const double b = erlang_b(c, a);
  const double load = a / c;
  return b / (1 - load + load * b);
}

// The mean wait in M/G/1 with squared coefficient of variation `cv2` (Pollaczek and Khinchine).
inline double wait_in_mg1(double load, double cv2) { return load * (1 + cv2) / (2 * (1 - load)); }

// Where a falling tail crosses `probability`.
inline double quantile_of_tail(const std::function<double(double)>& tail, double probability) {
  double low = 0;
  double high = 1;
  while (tail(high) > probability) high *= 2;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (tail(middle) > probability ? low : high) = middle;
  }
  return low;
}

}  // namespace faultline::theory
