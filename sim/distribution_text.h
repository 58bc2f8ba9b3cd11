// Reading a distribution as people write it. A value alone is a constant.
//
//   8ms                constant(8ms)            uniform(1ms, 5ms)        exp(5ms)
//   erlang(k=3, mean=9ms)                       gamma(mean=8ms, cv=0.7)
//   lognormal(mean=8ms, cv=1.5)                 weibull(mean=8ms, shape=1.5)
//   pareto(min=2ms, shape=2.5)                  pareto(mean=2ms, shape=2.5)
//   hyperexp(0.9: 5ms, 0.1: 80ms)               weight: mean
//   mix(0.9: 5ms, 0.1: exp(80ms))               weight: any distribution, at most 8 deep
//   empirical(FILE)                             the values in a file, equally likely
//
// Weights are ratios (units.h) and sum to 1 within 1e-9; values carry the unit of the quantity.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "sim/distribution.h"
#include "sim/parsed.h"
#include "sim/units.h"

namespace faultline::sim {

// Gives the values of a file that empirical() names, in the base unit; an error's position is not
// used. The kernel knows no files: who knows where they are passes this.
using ReadValues = std::function<Parsed<std::vector<double>>(std::string_view file)>;

Parsed<Distribution> parse_distribution(std::string_view text, Quantity quantity,
                                        const ReadValues& read_values = {});

}  // namespace faultline::sim
