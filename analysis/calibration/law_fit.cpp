#include "analysis/calibration/law_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <map>

#include "analysis/calibration/nelder_mead.h"
#include "sim/units.h"

namespace faultline::analysis {
namespace {

using Cdf = std::function<double(double)>;
using Parameters = std::vector<double>;  // on the whole line: logarithms and logits

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double ns_in_a_ms = 1e6;

struct Moments {
  double n = 0;
  double least = infinite;  // the lowest edge
  double mean = 0;
  double cv = 0;
};

Moments moments_of(std::span<const MeasuredInterval> values) {
  Moments moments;
  double sum = 0;
  double squares = 0;
  for (const MeasuredInterval& value : values) {
    const double middle = (value.low + value.high) / 2;
    moments.n += value.count;
    moments.least = std::min(moments.least, value.low);
    sum += value.count * middle;
    squares += value.count * middle * middle;
  }
  moments.mean = sum / moments.n;
  const double variance = squares / moments.n - moments.mean * moments.mean;
  moments.cv = std::sqrt(std::max(variance, 0.0)) / moments.mean;
  return moments;
}

// Below the median by what lies below, above it by what lies above: the difference of two shares
// near 1 is lost in rounding, and a single late answer would then forbid a law.
double log_likelihood_of(const Cdf& below, const Cdf& above,
                         std::span<const MeasuredInterval> values) {
  constexpr double least = 1e-300;
  double sum = 0;
  for (const MeasuredInterval& value : values) {
    const double beyond = above(value.low);
    const double probability =
        beyond < 0.5 ? beyond - above(value.high) : below(value.high) - below(value.low);
    sum += value.count * std::log(std::max(probability, least));
  }
  return sum;
}

double ks_distance(const Cdf& cdf, std::span<const MeasuredInterval> values, double n) {
  double below = 0;
  double distance = 0;
  for (const MeasuredInterval& value : values) {
    distance = std::max(distance, std::abs(cdf(value.low) - below / n));
    below += value.count;
    distance = std::max(distance, std::abs(cdf(value.high) - below / n));
  }
  return distance;
}

std::string number_text(double value) { return fmt::format("{:.4g}", value); }

// A family: its distribution, notation and mean for given parameters, and where to look first.
struct Family {
  std::string name;
  Parameters start;
  std::function<Cdf(const Parameters&)> cdf;
  std::function<Cdf(const Parameters&)> above;  // 1 - cdf, exact where it is small
  std::function<std::string(const Parameters&)> text;
  std::function<std::optional<double>(const Parameters&)> mean;
};

Family exponential(const Moments& moments) {
  const auto cdf = [](const Parameters& p) -> Cdf {
    return [mean = std::exp(p[0])](double x) { return x <= 0 ? 0 : -std::expm1(-x / mean); };
  };
  const auto above = [](const Parameters& p) -> Cdf {
    return [mean = std::exp(p[0])](double x) { return x <= 0 ? 1 : std::exp(-x / mean); };
  };
  const auto text = [](const Parameters& p) { return "exp(" + time_text(std::exp(p[0])) + ")"; };
  const auto mean = [](const Parameters& p) { return std::optional(std::exp(p[0])); };
  return {"exponential", {std::log(moments.mean)}, cdf, above, text, mean};
}

Family gamma_family(const Moments& moments) {
  const auto cdf = [](const Parameters& p) -> Cdf {
    const double shape = std::exp(-2 * p[1]);
    return [shape, scale = std::exp(p[0]) / shape](double x) {
      return x <= 0 ? 0 : boost::math::gamma_p(shape, x / scale);
    };
  };
  const auto above = [](const Parameters& p) -> Cdf {
    const double shape = std::exp(-2 * p[1]);
    return [shape, scale = std::exp(p[0]) / shape](double x) {
      return x <= 0 ? 1 : boost::math::gamma_q(shape, x / scale);
    };
  };
  const auto text = [](const Parameters& p) {
    return fmt::format("gamma(mean={}, cv={})", time_text(std::exp(p[0])),
                       number_text(std::exp(p[1])));
  };
  const auto mean = [](const Parameters& p) { return std::optional(std::exp(p[0])); };
  return {"gamma", {std::log(moments.mean), std::log(moments.cv)}, cdf, above, text, mean};
}

Family lognormal(const Moments& moments) {
  // p: mean and standard deviation (as its logarithm) of the logarithm.
  const auto cdf = [](const Parameters& p) -> Cdf {
    return [mu = p[0], scale = std::exp(p[1]) * std::sqrt(2.0)](double x) {
      return x <= 0 ? 0 : std::erfc(-(std::log(x) - mu) / scale) / 2;
    };
  };
  const auto above = [](const Parameters& p) -> Cdf {
    return [mu = p[0], scale = std::exp(p[1]) * std::sqrt(2.0)](double x) {
      return x <= 0 ? 1 : std::erfc((std::log(x) - mu) / scale) / 2;
    };
  };
  const auto mean_of = [](const Parameters& p) { return std::exp(p[0] + std::exp(2 * p[1]) / 2); };
  const auto text = [mean_of](const Parameters& p) {
    return fmt::format("lognormal(mean={}, cv={})", time_text(mean_of(p)),
                       number_text(std::sqrt(std::expm1(std::exp(2 * p[1])))));
  };
  const auto mean = [mean_of](const Parameters& p) { return std::optional(mean_of(p)); };
  const double variance = std::log1p(moments.cv * moments.cv);
  return {"lognormal", {std::log(moments.mean) - variance / 2, std::log(variance) / 2},
          cdf,         above,
          text,        mean};
}

Family weibull(const Moments& moments) {
  // p: logarithms of scale and shape.
  const auto cdf = [](const Parameters& p) -> Cdf {
    return [scale = std::exp(p[0]), shape = std::exp(p[1])](double x) {
      return x <= 0 ? 0 : -std::expm1(-std::pow(x / scale, shape));
    };
  };
  const auto above = [](const Parameters& p) -> Cdf {
    return [scale = std::exp(p[0]), shape = std::exp(p[1])](double x) {
      return x <= 0 ? 1 : std::exp(-std::pow(x / scale, shape));
    };
  };
  const auto mean_of = [](const Parameters& p) {
    return std::exp(p[0] + std::lgamma(1 + std::exp(-p[1])));
  };
  const auto text = [mean_of](const Parameters& p) {
    return fmt::format("weibull(mean={}, shape={})", time_text(mean_of(p)),
                       number_text(std::exp(p[1])));
  };
  const auto mean = [mean_of](const Parameters& p) { return std::optional(mean_of(p)); };
  return {"Weibull", {std::log(moments.mean), -std::log(moments.cv)}, cdf, above, text, mean};
}

double weight_of(double logit) { return 1 / (1 + std::exp(-logit)); }

Family pareto(const Moments& moments, std::span<const MeasuredInterval> values) {
  // p: logarithm of the shape, and where in the lowest interval it begins, as a logit: most values
  // are near the minimum, so that half a step of the clock is not a trifle.
  const MeasuredInterval lowest = values.front();
  const auto least_of = [lowest](const Parameters& p) {
    constexpr double above_nothing = 1e-3;  // of the interval: a minimum of 0 is no Pareto law
    const double place = std::max(weight_of(p[1]), lowest.low > 0 ? 0 : above_nothing);
    return lowest.low + place * (lowest.high - lowest.low);
  };
  const auto cdf = [least_of](const Parameters& p) -> Cdf {
    return [least = least_of(p), shape = std::exp(p[0])](double x) {
      return x <= least ? 0 : -std::expm1(-shape * std::log(x / least));
    };
  };
  const auto above = [least_of](const Parameters& p) -> Cdf {
    return [least = least_of(p), shape = std::exp(p[0])](double x) {
      return x <= least ? 1 : std::pow(least / x, shape);
    };
  };
  const auto text = [least_of](const Parameters& p) {
    return fmt::format("pareto(min={}, shape={})", time_text(least_of(p)),
                       number_text(std::exp(p[0])));
  };
  const auto mean = [least_of](const Parameters& p) -> std::optional<double> {
    const double shape = std::exp(p[0]);
    if (shape <= 1) return std::nullopt;
    return least_of(p) * shape / (shape - 1);
  };
  const double middle = (lowest.low + lowest.high) / 2;
  double logs = 0;
  for (const MeasuredInterval& value : values) {
    logs += value.count * std::log(std::max((value.low + value.high) / 2 / middle, 1.0));
  }
  return {"Pareto", {std::log(moments.n / std::max(logs, 1e-9)), 0.0}, cdf, above, text, mean};
}

Family hyperexponential(const Moments& moments) {
  // p: logit of the weight of the first, logarithms of both means.
  const auto cdf = [](const Parameters& p) -> Cdf {
    return [w = weight_of(p[0]), a = std::exp(p[1]), b = std::exp(p[2])](double x) {
      return x <= 0 ? 0 : -w * std::expm1(-x / a) - (1 - w) * std::expm1(-x / b);
    };
  };
  const auto above = [](const Parameters& p) -> Cdf {
    return [w = weight_of(p[0]), a = std::exp(p[1]), b = std::exp(p[2])](double x) {
      return x <= 0 ? 1 : w * std::exp(-x / a) + (1 - w) * std::exp(-x / b);
    };
  };
  const auto text = [](const Parameters& p) {
    const double weight = std::round(weight_of(p[0]) * 1e4) / 1e4;
    return fmt::format("hyperexp({:.4f}: {}, {:.4f}: {})", weight, time_text(std::exp(p[1])),
                       1 - weight, time_text(std::exp(p[2])));
  };
  const auto mean = [](const Parameters& p) {
    const double w = weight_of(p[0]);
    return std::optional(w * std::exp(p[1]) + (1 - w) * std::exp(p[2]));
  };
  // The mixture with balanced means that has these moments; with a cv below 1 there is none.
  const double square = std::max(moments.cv * moments.cv, 1.2);
  const double w = (1 + std::sqrt((square - 1) / (square + 1))) / 2;
  return {"hyperexponential",
          {std::log(w / (1 - w)), std::log(moments.mean / (2 * w)),
           std::log(moments.mean / (2 * (1 - w)))},
          cdf,
          above,
          text,
          mean};
}

FittedLaw fit(const Family& family, std::span<const MeasuredInterval> values, double n) {
  const Objective loss = [&](const Parameters& p) {
    return -log_likelihood_of(family.cdf(p), family.above(p), values);
  };
  const Minimum best = minimize(loss, family.start);
  FittedLaw law;
  law.family = family.name;
  law.text = family.text(best.at);
  law.parameters = static_cast<int>(family.start.size());
  law.log_likelihood = -best.value;
  law.aic = 2 * law.parameters + 2 * best.value;
  law.cdf = family.cdf(best.at);
  law.ks = ks_distance(law.cdf, values, n);
  law.mean_ms = family.mean(best.at);
  return law;
}

}  // namespace

std::string time_text(double ms) {
  const double ns = ms * ns_in_a_ms;
  if (!(ns >= 1)) return "0ms";
  const double unit = std::pow(10.0, std::max(std::floor(std::log10(ns)) - 3, 0.0));
  return sim::format_quantity(std::round(ns / unit) * unit, sim::Quantity::duration);
}

std::vector<MeasuredInterval> intervals_of(std::span<const double> values_ms,
                                           double resolution_ms) {
  constexpr std::size_t kept_max = 2000;
  std::map<double, double> counts;
  for (const double value : values_ms) ++counts[value];
  std::vector<MeasuredInterval> result;
  for (const auto& [value, count] : counts) {
    const MeasuredInterval interval{std::max(value - resolution_ms / 2, 0.0),
                                    value + resolution_ms / 2, count};
    const bool join =
        counts.size() > kept_max && !result.empty() && interval.high < result.back().low * 1.01;
    if (join) {
      result.back().high = interval.high;
      result.back().count += count;
    } else {
      result.push_back(interval);
    }
  }
  return result;
}

std::vector<FittedLaw> fit_laws(std::span<const MeasuredInterval> values) {
  constexpr std::size_t least_lengths = 3;
  if (values.size() < least_lengths) return {};
  const Moments moments = moments_of(values);
  std::vector<FittedLaw> laws;
  for (const Family& family :
       {exponential(moments), gamma_family(moments), lognormal(moments), weibull(moments),
        pareto(moments, values), hyperexponential(moments)}) {
    FittedLaw law = fit(family, values, moments.n);
    if (std::isfinite(law.aic)) laws.push_back(std::move(law));
  }
  std::stable_sort(laws.begin(), laws.end(),
                   [](const FittedLaw& a, const FittedLaw& b) { return a.aic < b.aic; });
  return laws;
}

double quantile_of(const std::function<double(double)>& cdf, double share) {
  double high = 1;
  while (cdf(high) < share && high < 1e15) high *= 2;
  double low = 0;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (cdf(middle) < share ? low : high) = middle;
  }
  return high;
}

}  // namespace faultline::analysis
