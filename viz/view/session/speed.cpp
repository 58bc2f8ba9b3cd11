#include "viz/view/session/speed.h"

#include <fmt/format.h>

#include <cmath>

namespace faultline::viz {

Speed::Speed(double value) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (std::abs(std::log(steps[i] / value)) < std::abs(std::log(steps[at_] / value))) at_ = i;
  }
}

std::string Speed::text() const {
  return is_unlimited() ? "as fast as it goes" : fmt::format("{:g}x", value());
}

}  // namespace faultline::viz
