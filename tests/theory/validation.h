// Validation: a formula of the theory beside what the simulation gave, and the page of both.
//
// Estimates    the mean of independent runs, or of batches of one run, with the half width of its
//              99.9 % confidence interval by Student's t
// Holds        the formula lies in the interval, and the interval is narrow enough to tell
// Records      one line per figure, appended to the file that FAULTLINE_VALIDATION_OUT names;
//              tests/scripts/validation_page.sh makes docs/validation.md of them
// Seeds        fixed; FAULTLINE_SEED_SHIFT=n takes others, so that anyone can see that they were
//              not chosen. About one figure in a thousand then misses its interval.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace faultline::theory {

// In the order of the page.
enum class Topic {
  stations,
  services,
  networks,
  balancing,
  calls,
  caches,
  databases,
  queues,
  objects,
  faults,
  names
};

struct Estimate {
  double mean = 0;
  double half_width = 0;
};

constexpr std::size_t batch_count = 30;

// What a test takes for its seed.
std::uint64_t shifted(std::uint64_t seed);

// Of independent observations.
Estimate estimate(const std::vector<double>& observations);
// Of observations in order of time, which depend on those before them: batches of equal length.
Estimate mean_of(const std::vector<double>& values);
Estimate quantile_of(const std::vector<double>& values, double q);
// Of a share known to come of `trials` independent ones.
Estimate share_of(double successes, double trials, double probability);

class Validation {
 public:
  struct Model {
    Topic topic;
    std::string name;  // unique on the page
    std::string parameters;
    std::string source;
  };
  explicit Validation(Model model) : model_(std::move(model)) {}

  // Expects that `theory` is in the interval, and that its half width is below `narrow` of it.
  void holds(const std::string& quantity, const std::string& formula, double theory,
             const Estimate& simulated, double narrow = 0.05);

 private:
  void record(const std::string& quantity, const std::string& formula, double theory,
              const Estimate& simulated);

  Model model_;
  int rows_ = 0;
};

}  // namespace faultline::theory
