// Distribution: the law of a non-negative quantity, in its base unit (ns for durations, bytes,
// or plain numbers). A small immutable value: copies share what is large.
//
// Parameters  means, minima, maxima and values in the base unit; cv is the coefficient of
//             variation (standard deviation / mean); shapes, counts and weights are plain
// Moments     mean() and variance() are exact up to rounding; +infinity where the law has none
// Errors      a factory throws std::invalid_argument, saying which parameter and what it must be
// Sampling    + - * / sqrt and our own log and exp only: the same bits everywhere. A draw takes as
//             many numbers from the generator as it needs
// Sources     ziggurat.h; gamma: Marsaglia and Tsang, "A simple method for generating gamma
//             variables", ACM TOMS 26 (2000); the others by transformation (Devroye 1986)
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/draw.h"
#include "sim/time.h"
#include "sim/units.h"
#include "sim/ziggurat.h"

namespace faultline::sim {

class Distribution {
 public:
  Distribution() = default;  // constant 0

  static Distribution constant(double value);
  static Distribution uniform(double min, double max);
  static Distribution exponential(double mean);
  static Distribution erlang(int k, double mean);  // a sum of k exponentials
  static Distribution gamma(double mean, double cv);
  static Distribution lognormal(double mean, double cv);
  static Distribution weibull(double mean, double shape);
  static Distribution pareto(double min, double shape);  // P(X > x) = (min / x)^shape
  static Distribution pareto_with_mean(double mean, double shape);
  // Weights are positive and sum to 1 within 1e-9.
  static Distribution hyperexponential(std::vector<std::pair<double, double>> weights_and_means);
  static Distribution mixture(std::vector<std::pair<double, Distribution>> weighted);
  // Each value equally likely; `name` is how to_text() names where they came from.
  static Distribution empirical(std::vector<double> values, std::string name);

  static Distribution constant(Duration value) { return constant(static_cast<double>(value.ns)); }
  static Distribution exponential(Duration m) { return exponential(static_cast<double>(m.ns)); }

  double sample(Draw& draw) const {
    if (kind_ == Kind::constant) return a_;
    if (kind_ == Kind::exponential) return a_ * standard_exponential(draw);
    return sample_by_kind(draw);
  }
  // With a generator of its own.
  double sample(Luck luck) const {
    if (kind_ == Kind::constant) return a_;
    Draw draw = luck.draw();
    return sample(draw);
  }
  // The nearest nanosecond, at most 292 years.
  Duration sample_duration(Draw& draw) const { return Duration::from_ns(sample(draw)); }

  double mean() const;
  double variance() const;
  // The value of a law that has only one; then sample() draws nothing.
  std::optional<double> constant_value() const {
    return kind_ == Kind::constant ? std::optional(a_) : std::nullopt;
  }

  // Text that parse_distribution() reads back to the same law.
  std::string to_text(Quantity quantity = Quantity::plain) const;

 private:
  enum class Kind : std::uint8_t {
    constant,
    uniform,
    exponential,
    erlang,
    gamma,
    lognormal,
    weibull,
    pareto,
    hyperexponential,
    mixture,
    empirical
  };
  struct Parts;  // of a mixture, a hyperexponential or an empirical law

  Distribution(Kind kind, double p, double q) : kind_(kind), p_(p), q_(q) {}
  void prepare_gamma(double shape, double mean);
  double sample_by_kind(Draw& draw) const;
  double sample_gamma(Draw& draw) const;

  Kind kind_ = Kind::constant;
  double p_ = 0;  // the parameters as given, in the order of the factory
  double q_ = 0;
  double a_ = 0;  // what sampling needs, derived from them once
  double b_ = 0;
  double c_ = 0;
  std::shared_ptr<const Parts> parts_;
};

}  // namespace faultline::sim
