#include "tests/theory/validation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>

namespace faultline::theory {
namespace {

constexpr double upper_tail = 0.0005;  // on either side of a 99.9 % interval

Estimate over_batches(const std::vector<double>& values,
                      const std::function<double(std::vector<double>&)>& figure) {
  const std::size_t length = values.size() / batch_count;
  EXPECT_GE(length, 500U) << "batches too short to be independent";
  std::vector<double> figures;
  std::vector<double> batch;
  for (std::size_t b = 0; b < batch_count; ++b) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(b * length);
    batch.assign(begin, begin + static_cast<std::ptrdiff_t>(length));
    figures.push_back(figure(batch));
  }
  return estimate(figures);
}

std::string digits(const char* format, double value) {
  char text[40];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

}  // namespace

std::uint64_t shifted(std::uint64_t seed) {
  const char* shift = std::getenv("FAULTLINE_SEED_SHIFT");
  return seed + (shift == nullptr ? 0 : 1000 * std::strtoull(shift, nullptr, 10));
}

Estimate estimate(const std::vector<double>& observations) {
  const auto n = static_cast<double>(observations.size());
  double sum = 0;
  for (const double x : observations) sum += x;
  const double mean = sum / n;
  double squares = 0;
  for (const double x : observations) squares += (x - mean) * (x - mean);
  const boost::math::students_t student(n - 1);
  const double t = boost::math::quantile(boost::math::complement(student, upper_tail));
  return {mean, t * std::sqrt(squares / (n - 1) / n)};
}

Estimate mean_of(const std::vector<double>& values) {
  return over_batches(values, [](std::vector<double>& batch) {
    double sum = 0;
    for (const double x : batch) sum += x;
    return sum / static_cast<double>(batch.size());
  });
}

Estimate quantile_of(const std::vector<double>& values, double q) {
  return over_batches(values, [q](std::vector<double>& batch) {
    const double rank = std::ceil(q * static_cast<double>(batch.size()));
    const auto at = batch.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
    std::nth_element(batch.begin(), at, batch.end());
    return *at;
  });
}

Estimate share_of(double successes, double trials, double probability) {
  const boost::math::normal normal;
  const double z = boost::math::quantile(boost::math::complement(normal, upper_tail));
  return {successes / trials, z * std::sqrt(probability * (1 - probability) / trials)};
}

void Validation::holds(const std::string& quantity, const std::string& formula, double theory,
                       const Estimate& simulated, double narrow) {
  EXPECT_NEAR(simulated.mean, theory, simulated.half_width)
      << model_.name << ", " << model_.parameters << ": " << quantity;
  EXPECT_LT(simulated.half_width, narrow * theory)
      << model_.name << ": " << quantity << ": too wide to tell anything";
  record(quantity, formula, theory, simulated);
}

// One write of one line, so that tests of several processes may share the file.
void Validation::record(const std::string& quantity, const std::string& formula, double theory,
                        const Estimate& simulated) {
  char order[8];
  std::snprintf(order, sizeof order, "%02d", rows_++);
  const char* path = std::getenv("FAULTLINE_VALIDATION_OUT");
  if (path == nullptr) return;
  std::string line = std::to_string(static_cast<int>(model_.topic));
  for (const std::string& field :
       {model_.name, std::string(order), model_.parameters, model_.source, quantity, formula,
        digits("%#.5g", theory), digits("%#.5g", simulated.mean),
        digits("%#.2g", simulated.half_width)}) {
    line += '\t' + field;
  }
  std::ofstream out(path, std::ios::app);
  out << line + '\n' << std::flush;
  EXPECT_TRUE(out.good()) << "cannot write " << path;
}

}  // namespace faultline::theory
