// Dice: what a random architecture is made with; a stream of its own for every purpose.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "sim/distribution.h"
#include "sim/draw.h"
#include "sim/time.h"

namespace faultline::properties {

class Dice {
 public:
  Dice(std::uint64_t seed, std::string_view purpose, std::uint64_t number = 0)
      : draw_(sim::Luck{sim::mix64(seed)}.with(sim::salt_of(purpose)).draw(number)) {}

  // In {from, .., to}.
  std::uint64_t between(std::uint64_t from, std::uint64_t to) {
    return from + draw_.below(to - from + 1);
  }
  bool chance(double probability) { return draw_.uniform() < probability; }
  sim::Duration ms(std::uint64_t from, std::uint64_t to) {
    return sim::Duration{static_cast<std::int64_t>(between(from * 1000, to * 1000) * 1000)};
  }
  template <class Value>
  Value one_of(std::initializer_list<Value> values) {
    return values.begin()[draw_.below(values.size())];
  }
  // A law of some shape with this mean; of 0, the only one it has.
  sim::Distribution law(sim::Duration mean) {
    if (mean.ns == 0) return sim::Distribution::constant(mean);
    const auto ns = static_cast<double>(mean.ns);
    switch (draw_.below(5)) {
      case 0:
        return sim::Distribution::constant(mean);
      case 1:
        return sim::Distribution::lognormal(ns, 1.5);
      case 2:
        return sim::Distribution::uniform(0, 2 * ns);
      case 3:
        return sim::Distribution::erlang(3, ns);
      default:
        return sim::Distribution::exponential(ns);
    }
  }

 private:
  sim::Draw draw_;
};

}  // namespace faultline::properties
