// What is up in the long run, when machines fail and are repaired at random.
//
// An alternating renewal process is up for mean(up) / (mean(up) + mean(down)) of the time, whatever
// the laws (Ross, "Introduction to Probability Models", 11th ed., 7.5.1). Machines that fail
// independently: in series all must be up, in parallel one, k of n at least k (Trivedi,
// "Probability and Statistics with Reliability, Queuing, and Computer Science Applications", 2nd
// ed., 2.7).
#include <gtest/gtest.h>

#include <cmath>

#include "models/random_fault.h"
#include "models/service/service.h"
#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::availability_theory_test {
namespace {

using sim::Distribution;

constexpr int machines = 5;

// The share of looks, one every 1.7 s, that found at least k machines up, by k.
std::vector<double> up_at_least(std::uint64_t seed, bool apart) {
  Lab lab(seed);
  auto web = std::make_unique<models::Service>("web");
  web->settings.hosting.replicas = machines;
  const models::Component& service = lab.add(std::move(web));
  lab.world().add_fault({.label = "crashes",
                         .target = "web",
                         .apart = apart,
                         .up = Distribution::exponential(7.3e9),
                         .down = Distribution::gamma(2.9e9, 0.7),
                         .make = [](const std::string& target) {
                           return std::make_unique<models::CrashAction>(models::Address{target});
                         }});
  lab.start();
  constexpr int looks = 20'000;
  std::vector<double> found(machines + 1, 0.0);
  for (int look = 1; look <= looks; ++look) {
    lab.world().run_until(sim::Time{} + sim::Duration::from_seconds(1.7) * look);
    int up = 0;
    for (const models::Replica& one : service.replicas()) up += one.serves() ? 1 : 0;
    for (int k = 0; k <= up; ++k) found[static_cast<std::size_t>(k)] += 1.0 / looks;
  }
  return found;
}

double at_least(int k, double availability) {
  double probability = 0;
  for (int i = k; i <= machines; ++i) {
    const double ways = std::round(std::tgamma(machines + 1) /
                                   (std::tgamma(i + 1) * std::tgamma(machines - i + 1)));
    probability += ways * std::pow(availability, i) * std::pow(1 - availability, machines - i);
  }
  return probability;
}

TEST(AvailabilityTheory, SeriesParallelAndKOfN) {
  const double one = 7.3 / (7.3 + 2.9);
  std::vector<std::vector<double>> apart(machines + 1);
  std::vector<double> together;
  for (std::uint64_t seed = 901; seed < 921; ++seed) {
    const auto found = up_at_least(seed, true);
    for (std::size_t k = 0; k < found.size(); ++k) apart[k].push_back(found[k]);
    together.push_back(up_at_least(seed, false)[machines]);
  }
  Validation availability({Topic::faults, "Machines that fail and are repaired",
                           "5 machines, up exp(7.3 s), down gamma(mean 2.9 s, cv 0.7)",
                           "Ross, 7.5.1; Trivedi, 2.7"});
  availability.holds("P(all up), in series", "A^5, A = up / (up + down)", at_least(machines, one),
                     estimate(apart[machines]));
  availability.holds("P(3 of 5 up)", "sum of binomials from 3", at_least(3, one),
                     estimate(apart[3]));
  availability.holds("P(one up), in parallel", "1 - (1 - A)^5", at_least(1, one),
                     estimate(apart[1]));
  availability.holds("P(all up), failing together", "A", one, estimate(together));
}

}  // namespace
}  // namespace faultline::theory::availability_theory_test
