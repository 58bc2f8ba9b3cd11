// The load balancer's policies against theory: the same servers and users, and ever shorter queues
// from random through round robin to the shorter of two.
//
// Sources: Mitzenmacher, "The power of two choices in randomized load balancing", IEEE TPDS 12
// (2001); Vvedenskaya, Dobrushin, Karpelevich, "Queueing system with selection of the shortest of
// two queues", Problems of Information Transmission 32 (1996); Kleinrock, "Queueing Systems",
// vol. 1 (1975), ch. 6 (G/M/1).
#include <gtest/gtest.h>

#include <cmath>

#include "tests/theory/formulas.h"
#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory {
namespace {

using sim::Distribution;
using Policy = models::LoadBalancerSettings::Policy;

void run(Lab& lab, Policy policy, std::uint64_t servers, double load, std::uint64_t requests) {
  auto lb = std::make_unique<models::LoadBalancer>("lb");
  lb->settings.backends = "web";
  lb->settings.policy = policy;
  lab.add(std::move(lb));
  lab.add(poisson(load * static_cast<double>(servers), "lb"));
  lab.add(service("web", 1, Distribution::exponential(1 * ms))).settings.hosting.replicas = servers;
  lab.run(requests);
}

std::vector<double> waited(const Lab& lab) {
  std::vector<double> did;
  for (const double wait : lab.waits_ms()) did.push_back(wait > 0 ? 1 : 0);
  return did;
}

// A random split of a Poisson process is one for each server: M/M/1.
TEST(BalancingTheory, Random) {
  const double load = 0.77;
  Lab lab(501);
  run(lab, Policy::random, 7, load, 2'100'000);
  Validation random(
      {Topic::balancing, "Random, 7 servers", "load 0.77, service 1 ms", "Kleinrock 1975, ch. 3"});
  random.holds("mean sojourn, ms", "1 / (1 - load)", 1 / (1 - load), mean_of(lab.latencies_ms()));
}

// Every n-th of a Poisson process makes gaps of n exponentials: G/M/1, where an arrival waits with
// probability s, the root below 1 of s = A(1 - s), A the transform of the gaps.
TEST(BalancingTheory, RoundRobin) {
  const double load = 0.77;
  const int n = 7;
  double s = 0.5;
  for (int i = 0; i < 1000; ++i) s = std::pow(n * load / (n * load + 1 - s), n);
  Lab lab(502, true);
  run(lab, Policy::round_robin, n, load, 2'100'000);
  Validation turns({Topic::balancing, "Round robin, 7 servers", "load 0.77, service 1 ms",
                    "Kleinrock 1975, ch. 6"});
  turns.holds("P(wait)", "s = (n load / (n load + 1 - s))^n", s, mean_of(waited(lab)));
  turns.holds("mean sojourn, ms", "1 / (1 - s)", 1 / (1 - s), mean_of(lab.latencies_ms()));
}

// In the limit of many servers a share load^(2^i - 1) of them holds at least i requests.
TEST(BalancingTheory, PowerOfTwo) {
  const double load = 0.77;
  double sojourn = 0;
  for (int i = 1; i < 12; ++i) sojourn += std::pow(load, std::pow(2, i) - 2);
  Lab lab(503, true);
  run(lab, Policy::power_of_two, 701, load, 1'300'000);
  Validation two({Topic::balancing, "Shorter of two, 701 servers", "load 0.77, service 1 ms",
                  "Mitzenmacher 2001; Vvedenskaya et al. 1996"});
  two.holds("P(wait)", "load^2 (both busy)", load * load, mean_of(waited(lab)));
  two.holds("mean sojourn, ms", "sum over i of load^(2^i - 2)", sojourn,
            mean_of(lab.latencies_ms()));
}

}  // namespace
}  // namespace faultline::theory
