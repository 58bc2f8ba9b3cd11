#include "analysis/calibration/zipf_fit.h"

#include <algorithm>
#include <cmath>

namespace faultline::analysis {
namespace {

struct LogRank {
  double sum = 0;  // of k^-s
  double mean = 0;
  double variance = 0;
};

LogRank log_rank(double exponent, std::size_t objects) {
  LogRank result;
  double squares = 0;
  for (std::size_t k = 1; k <= objects; ++k) {
    const double log = std::log(static_cast<double>(k));
    const double weight = std::exp(-exponent * log);
    result.sum += weight;
    result.mean += weight * log;
    squares += weight * log * log;
  }
  result.mean /= result.sum;
  result.variance = squares / result.sum - result.mean * result.mean;
  return result;
}

}  // namespace

ZipfFit fit_zipf(std::span<const std::uint64_t> counts) {
  constexpr double exponent_max = 20;
  double requests = 0;
  double mean = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    requests += static_cast<double>(counts[i]);
    mean += static_cast<double>(counts[i]) * std::log(static_cast<double>(i + 1));
  }
  mean /= requests;

  // The mean of ln k falls as the exponent rises.
  double low = 0;
  double high = exponent_max;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    (log_rank(middle, counts.size()).mean > mean ? low : high) = middle;
  }
  ZipfFit fit;
  fit.exponent = (low + high) / 2;
  const LogRank at = log_rank(fit.exponent, counts.size());
  fit.standard_error = 1 / std::sqrt(requests * at.variance);

  double shown = 0;
  double expected = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    shown += static_cast<double>(counts[i]) / requests;
    expected += std::pow(static_cast<double>(i + 1), -fit.exponent) / at.sum;
    fit.ks = std::max(fit.ks, std::abs(shown - expected));
  }
  return fit;
}

}  // namespace faultline::analysis
