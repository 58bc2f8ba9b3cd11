// Fits of laws to measured times by maximum likelihood, where a time is known to lie in an
// interval.
//
// A time that a log gives as 8 ms was not 8 ms: it lay between 7.5 and 8.5 ms. So the likelihood is
// that of intervals, the product of F(high) - F(low), and not that of densities: a law is then not
// led astray by times of 0, nor by the steps of the clock. AIC = 2 k - 2 ln L with k parameters.
//
// Laws         exponential, gamma, lognormal, Weibull, Pareto, and a mixture of two exponentials
// Units        milliseconds
// Source       K. P. Burnham, D. R. Anderson: Model Selection and Multimodel Inference (2002), on
//              AIC; M. H. DeGroot, M. J. Schervish: Probability and Statistics, on the rest
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace faultline::analysis {

struct MeasuredInterval {
  double low = 0;
  double high = 0;  // > low
  double count = 0;
};

struct FittedLaw {
  std::string family;  // "lognormal"
  std::string text;    // as scenarios write it: "lognormal(mean=8ms, cv=1.5)"
  int parameters = 0;
  double log_likelihood = 0;
  double aic = 0;
  double ks = 0;                      // greatest distance between its and the measured distribution
  std::optional<double> mean_ms;      // none: infinite
  std::function<double(double)> cdf;  // of milliseconds
};

// Values measured in steps of `resolution_ms`, as the intervals of half a step to both sides, by
// length. More than 2,000 different ones are put together into intervals 1 % wide.
std::vector<MeasuredInterval> intervals_of(std::span<const double> values_ms, double resolution_ms);

// Best first, by AIC. Needs values of at least three different lengths; else nothing.
std::vector<FittedLaw> fit_laws(std::span<const MeasuredInterval> values);

// Where `cdf` reaches `share`, between 0 and 1.
double quantile_of(const std::function<double(double)>& cdf, double share);

// A time as scenarios write it, to four digits: "41.02ms".
std::string time_text(double ms);

}  // namespace faultline::analysis
