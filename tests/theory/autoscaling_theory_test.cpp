// An autoscaled service under a steady load, against the number of replicas that its target needs.
//
// Source: Kubernetes documentation, "Horizontal Pod Autoscaling": ceil(replicas * measured /
// target); that a busy workers on average come of arrivals at rate a / S is Little's law (Little,
// "A proof for the queuing formula L = lambda W", 1961).
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::autoscaling_theory_test {
namespace {

using namespace sim::literals;

// The mean number of replicas from the 30th minute to the 60th, of a service that begins with
// `first`.
double replicas_in_the_end(std::uint64_t seed, std::uint64_t first, double busy_workers) {
  Lab lab(seed);
  lab.add(poisson(busy_workers / 100, "web"));
  models::Service& web = lab.add(service("web", 4, sim::Distribution::exponential(100 * ms)));
  web.settings.hosting.replicas = first;
  models::AutoscalingSettings& scaling = web.settings.autoscaling.emplace();
  scaling.maximum = 25;
  scaling.utilisation = models::UtilisationTarget{.target = 0.6};
  scaling.tolerance = 0;
  scaling.interval = 60_s;
  scaling.boot_time = sim::Distribution::constant(100_s);
  scaling.cool_down = {.out = 120_s, .in = 120_s};
  lab.start();
  lab.world().run_until(sim::Time{} + 1800_s);
  const auto half_way = web.provisioned_until(lab.world().now());
  lab.world().run_until(sim::Time{} + 3600_s);
  return sim::average(half_way, web.provisioned_until(lab.world().now())).value();
}

// From few replicas as from many it comes to ceil(a / (workers target)), and stays there: the
// cool-down is longer than a boot, and an interval is so long that chance moves what is measured in
// it by a ninth of a replica (2 a S / interval is the variance of the busy workers, of which a
// replica takes 2.4).
TEST(AutoscalingTheory, SettlesWhereTheTargetIsMet) {
  const double busy_workers = 22.8;
  std::vector<double> ends;
  for (std::uint64_t run = 0; run < 9; ++run) {
    const std::uint64_t first = std::vector<std::uint64_t>{2, 10, 25}[run % 3];
    ends.push_back(replicas_in_the_end(321 + run, first, busy_workers));
  }
  Validation steady({Topic::services, "Autoscaling under a steady load",
                     "a = 22.8 busy workers, 4 to a replica, target 0.6; from 2, 10 or 25 replicas",
                     "Kubernetes, Horizontal Pod Autoscaling; Little 1961"});
  steady.holds("replicas", "ceil(a / (4 target))", std::ceil(busy_workers / (4 * 0.6)),
               estimate(ends), 0.01);
}

}  // namespace
}  // namespace faultline::theory::autoscaling_theory_test
