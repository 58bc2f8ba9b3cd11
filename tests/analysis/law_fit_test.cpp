// Shows that what calibration fits is recovered from samples whose law is known: service times and
// the rounding of clocks, popularity, arrivals, and waits that were put in and are taken off.
#include "analysis/calibration/law_fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "analysis/calibration/arrival_fit.h"
#include "analysis/calibration/unqueue.h"
#include "analysis/calibration/zipf_fit.h"
#include "sim/distribution.h"

namespace faultline::analysis::law_fit_test {
namespace {

using sim::Distribution;
using testing::AllOf;
using testing::Ge;
using testing::Le;
using testing::SizeIs;

constexpr double ms = 1e6;

// `count` draws, in milliseconds, rounded to `resolution_ms` as a clock would.
std::vector<double> samples(const Distribution& law, std::size_t count, double resolution_ms) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) {
    const double exact = law.sample(sim::Luck{17}.with(i)) / ms;
    values.push_back(std::round(exact / resolution_ms) * resolution_ms);
  }
  std::sort(values.begin(), values.end());
  return values;
}

std::vector<FittedLaw> fits_of(const Distribution& law, double resolution_ms = 1,
                               std::size_t count = 4000) {
  return fit_laws(intervals_of(samples(law, count, resolution_ms), resolution_ms));
}

struct Known {
  const char* family;
  Distribution law;
  double margin = 1;  // by which the AIC of every other family is greater
};

// Each law is found among all six by its own samples, rounded to 1 ms, and its 99th percentile is
// that of the true law within 10 %: some four standard errors of 4,000 samples.
TEST(LawFit, FindsEachLawFromItsOwnSamples) {
  const Known all[] = {
      {"lognormal", Distribution::lognormal(40 * ms, 1.0), 50},
      {"gamma", Distribution::gamma(40 * ms, 0.5), 10},
      {"Weibull", Distribution::weibull(40 * ms, 2.0), 10},
      {"Pareto", Distribution::pareto(10 * ms, 2.5), 50},
      {"hyperexponential", Distribution::hyperexponential({{0.8, 10 * ms}, {0.2, 200 * ms}}), 50},
  };
  for (const Known& known : all) {
    const auto fits = fits_of(known.law);
    ASSERT_THAT(fits, SizeIs(6)) << known.family;
    EXPECT_EQ(fits[0].family, known.family);
    EXPECT_GT(fits[1].aic - fits[0].aic, known.margin) << known.family;
    EXPECT_LT(fits[0].ks, 0.03) << known.family;
    const auto many = samples(known.law, 100'000, 0.001);
    const double p99 = many[99'000];
    EXPECT_NEAR(quantile_of(fits[0].cdf, 0.99), p99, 0.12 * p99) << known.family;
  }
}

// Gamma, Weibull and hyperexponential laws contain the exponential: one of them may fit its samples
// a hair better, but what it says of them is the same.
TEST(LawFit, NothingBeatsTheExponentialOnItsOwnSamplesByMuch) {
  const auto fits = fits_of(Distribution::exponential(40 * ms));
  const auto own = std::find_if(fits.begin(), fits.end(),
                                [](const FittedLaw& law) { return law.family == "exponential"; });
  ASSERT_NE(own, fits.end());
  EXPECT_LT(own->aic - fits[0].aic, 6);
  EXPECT_NEAR(*own->mean_ms, 40, 4 * 40 / std::sqrt(4000.0));
}

// Mean 40 ms and cv 1 are sigma = sqrt(ln 2) of the logarithm; its standard error is sigma /
// sqrt(2n), 1.1 %, and that of the mean cv / sqrt(n), 1.6 %: four of them are allowed.
TEST(LawFit, RecoversTheParametersOfALognormal) {
  const auto fits = fits_of(Distribution::lognormal(40 * ms, 1.0));
  EXPECT_NEAR(*fits[0].mean_ms, 40, 40 * 0.064);
  const double sigma = std::log(quantile_of(fits[0].cdf, 0.8413) / quantile_of(fits[0].cdf, 0.5));
  EXPECT_NEAR(sigma, std::sqrt(std::log(2.0)), 0.045);
}

// The clock's steps are as long as the mean, and half of the values read 0 or 1: a likelihood of
// densities would have no value at 0, and one of the middles of the steps another mean.
TEST(LawFit, IsNotLedAstrayByACoarseClock) {
  const auto fits = fits_of(Distribution::exponential(1.5 * ms), 1, 10'000);
  const auto own = std::find_if(fits.begin(), fits.end(),
                                [](const FittedLaw& law) { return law.family == "exponential"; });
  EXPECT_NEAR(*own->mean_ms, 1.5, 4 * 1.5 / 100);
  EXPECT_LT(own->ks, 0.02);
}

// One answer that took 5 s among some of 40 ms: an exponential law gives it e^-125, which no
// difference of shares near 1 can hold. The most likely exponential law has the mean of the values.
TEST(LawFit, IsNotBentByOneLateAnswer) {
  std::vector<double> values = samples(Distribution::exponential(40 * ms), 4000, 1);
  values.push_back(5000);
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  for (const FittedLaw& law : fit_laws(intervals_of(values, 1))) {
    if (law.family == "exponential" || law.family == "gamma") {
      EXPECT_NEAR(*law.mean_ms, mean, 0.01 * mean) << law.family;
    }
  }
}

TEST(LawFit, SaysNothingOfWhatHasTwoLengths) {
  EXPECT_TRUE(fit_laws(intervals_of(std::vector<double>{1, 1, 2, 2, 2}, 1)).empty());
}

// 200 objects, 20,000 requests; where ranks are hardly mixed up the exponent is that drawn with.
TEST(ZipfFit, RecoversTheExponent) {
  for (const double exponent : {0.6, 1.0, 1.4}) {
    std::vector<double> shares;
    double sum = 0;
    for (int k = 1; k <= 200; ++k) shares.push_back(sum += std::pow(k, -exponent));
    std::vector<std::uint64_t> counts(200, 0);
    for (std::uint64_t i = 0; i < 20'000; ++i) {
      sim::Draw draw = sim::Luck{5}.with(i).draw();
      const auto at = std::lower_bound(shares.begin(), shares.end(), draw.uniform() * sum);
      ++counts[static_cast<std::size_t>(at - shares.begin())];
    }
    std::sort(counts.begin(), counts.end(), std::greater<>());
    while (counts.back() == 0) counts.pop_back();
    const ZipfFit fit = fit_zipf(counts);
    EXPECT_NEAR(fit.exponent, exponent, 0.05) << exponent;
    EXPECT_THAT(fit.standard_error, AllOf(Ge(0.002), Le(0.02))) << exponent;
    EXPECT_LT(fit.ks, 0.03) << exponent;
  }
}

// Gaps in seconds that `law` draws, as arrival times.
ArrivalFit arrivals_with(const Distribution& gap_s) {
  std::vector<double> at{0};
  for (std::size_t i = 0; i < 5000; ++i) {
    at.push_back(at.back() + gap_s.sample(sim::Luck{9}.with(i)));
  }
  return fit_arrivals(at, at.back(), 1e-3, 10);
}

// Independent arrivals pass; those that are too regular or come in bursts do not.
TEST(ArrivalFit, TellsPoissonFromRegularAndBursty) {
  const ArrivalFit poisson = arrivals_with(Distribution::exponential(0.025));
  EXPECT_NEAR(poisson.per_second, 40, 4 * 40 / std::sqrt(5000.0));
  EXPECT_GT(poisson.p_value.value(), 0.01);
  EXPECT_NEAR(poisson.dispersion.value(), 1, 0.3);
  const ArrivalFit regular = arrivals_with(Distribution::gamma(0.025, 0.3));
  EXPECT_LT(regular.p_value.value(), 1e-6);
  EXPECT_LT(regular.dispersion.value(), 0.5);
  const ArrivalFit bursty =
      arrivals_with(Distribution::hyperexponential({{0.9, 0.01}, {0.1, 0.16}}));
  EXPECT_LT(bursty.p_value.value(), 1e-6);
  EXPECT_GT(bursty.dispersion.value(), 2);
}

constexpr std::int64_t one_ms = 1'000'000;

// One worker. The second comes at 2 and waits until 10; the third comes at 12 and waits until 15;
// the one at another server waits for none of them.
TEST(Unqueue, TakesOffWhatEachWaitedByHand) {
  const std::vector<Visit> visits{{0, 10 * one_ms, 0, 0},
                                  {2 * one_ms, 15 * one_ms, 0, 0},
                                  {12 * one_ms, 16 * one_ms, 0, 0},
                                  {3 * one_ms, 9 * one_ms, 1, 0}};
  const Unqueued result = unqueue(visits, 1, {false});
  const std::vector<std::optional<double>> expected{10.0, 5.0, 1.0, 6.0};
  EXPECT_EQ(result.service_ms, expected);
  EXPECT_EQ(result.waited, 2u);
  EXPECT_DOUBLE_EQ(result.waiting_ms, 8 + 3);
  EXPECT_EQ(unqueue(visits, 2, {false}).waited, 0u);
}

// A line in front of two workers at 75 % load, simulated here by its recurrence: the service times
// come back to the nanosecond. Taken for three workers they would be longer; for one, requests
// overtake.
TEST(Unqueue, GivesBackTheServiceTimesOfALine) {
  const auto gap = Distribution::exponential(20 * ms);
  const auto service = Distribution::lognormal(30 * ms, 1);
  std::vector<Visit> visits;
  std::vector<double> served;
  std::int64_t now = 0;
  std::int64_t free[2] = {0, 0};
  for (std::size_t i = 0; i < 2000; ++i) {
    now += static_cast<std::int64_t>(gap.sample(sim::Luck{1}.with(i)));
    const auto work = static_cast<std::int64_t>(service.sample(sim::Luck{2}.with(i)));
    std::int64_t& first = *std::min_element(free, free + 2);
    const std::int64_t begun = std::max(now, first);
    first = begun + work;
    visits.push_back({now, first, 0, 0});
    served.push_back(static_cast<double>(work) / ms);
  }
  const Unqueued result = unqueue(visits, 2, {false});
  EXPECT_GT(result.waited, 500u);
  for (std::size_t i = 0; i < visits.size(); ++i) {
    ASSERT_TRUE(result.service_ms[i].has_value()) << i;
    ASSERT_NEAR(*result.service_ms[i], served[i], 1e-9) << i;
  }
  EXPECT_EQ(count_overtaking(visits, 2, 1, one_ms)[0], 0u);
  EXPECT_GT(count_overtaking(visits, 1, 1, one_ms)[0], 50u);
}

}  // namespace
}  // namespace faultline::analysis::law_fit_test
