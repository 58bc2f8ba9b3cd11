// Speed: simulated seconds in a second of the one who watches, in round steps.
#pragma once

#include <array>
#include <cstddef>
#include <string>

namespace faultline::viz {

class Speed {
 public:
  // The nearest step.
  explicit Speed(double value = 1);

  double value() const { return steps[at_]; }
  bool is_unlimited() const { return at_ + 1 == steps.size(); }
  void faster() { at_ += at_ + 1 < steps.size() ? 1 : 0; }
  void slower() { at_ -= at_ > 0 ? 1 : 0; }
  // "1x", "0.05x", "as fast as it goes"
  std::string text() const;

 private:
  static constexpr std::array<double, 20> steps = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
                                                   0.2,   0.5,   1,     2,    5,    10,   20,
                                                   50,    100,   200,   500,  1000, 1e6};
  std::size_t at_ = 9;
};

}  // namespace faultline::viz
