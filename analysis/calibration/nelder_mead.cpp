#include "analysis/calibration/nelder_mead.h"

#include <algorithm>
#include <cmath>

namespace faultline::analysis {
namespace {

class Simplex {
 public:
  Simplex(const Objective& objective, const std::vector<double>& start, double step)
      : objective_(objective) {
    add(start);
    for (std::size_t i = 0; i < start.size(); ++i) {
      std::vector<double> corner = start;
      corner[i] += step;
      add(std::move(corner));
    }
    sort();
  }

  Minimum descend(double tolerance, int evaluations_max) {
    while (evaluations_ < evaluations_max &&
           !(corners_.back().value - corners_.front().value < tolerance)) {
      move_worst();
      sort();
    }
    return corners_.front();
  }

 private:
  void add(std::vector<double> at) {
    const double value = evaluate(at);
    corners_.push_back({std::move(at), value});
  }

  double evaluate(const std::vector<double>& at) {
    ++evaluations_;
    return objective_(at);
  }

  void sort() {
    std::stable_sort(corners_.begin(), corners_.end(),
                     [](const Minimum& a, const Minimum& b) { return a.value < b.value; });
  }

  // From the middle of all but the worst, `factor` of the way to the worst.
  Minimum beyond_middle(double factor) {
    const std::size_t n = corners_.size() - 1;
    std::vector<double> at(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = 0; k < n; ++k) at[i] += corners_[k].at[i] / static_cast<double>(n);
      at[i] += factor * (corners_.back().at[i] - at[i]);
    }
    const double value = evaluate(at);
    return {std::move(at), value};
  }

  void move_worst() {
    Minimum& worst = corners_.back();
    const Minimum reflected = beyond_middle(-1);
    if (reflected.value < corners_.front().value) {
      const Minimum expanded = beyond_middle(-2);
      worst = expanded.value < reflected.value ? expanded : reflected;
      return;
    }
    if (reflected.value < corners_[corners_.size() - 2].value) {
      worst = reflected;
      return;
    }
    const Minimum contracted = beyond_middle(reflected.value < worst.value ? -0.5 : 0.5);
    if (contracted.value < std::min(reflected.value, worst.value)) {
      worst = contracted;
      return;
    }
    shrink();
  }

  void shrink() {
    const std::vector<double> best = corners_.front().at;
    for (std::size_t k = 1; k < corners_.size(); ++k) {
      for (std::size_t i = 0; i < best.size(); ++i) {
        corners_[k].at[i] = (corners_[k].at[i] + best[i]) / 2;
      }
      corners_[k].value = evaluate(corners_[k].at);
    }
  }

  const Objective& objective_;
  std::vector<Minimum> corners_;  // the best first
  int evaluations_ = 0;
};

}  // namespace

Minimum minimize(const Objective& objective, std::vector<double> start, double step,
                 double tolerance, int evaluations_max) {
  const Minimum first = Simplex(objective, start, step).descend(tolerance, evaluations_max);
  return Simplex(objective, first.at, step / 3).descend(tolerance, evaluations_max);
}

}  // namespace faultline::analysis
