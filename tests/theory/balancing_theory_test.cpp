// The load balancer's policies against theory: the same servers and users, and ever shorter queues
// from random through round robin to the shorter of two.
//
// Sources: Mitzenmacher, "The power of two choices in randomized load balancing", IEEE TPDS 12
// (2001); Vvedenskaya, Dobrushin, Karpelevich, "Queueing system with selection of the shortest of
// two queues", Problems of Information Transmission 32 (1996); Kleinrock, "Queueing Systems",
// vol. 1 (1975), ch. 6 (G/M/1); Kingman, "Two similar queues in parallel", Annals of Mathematical
// Statistics 32 (1961).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "tests/theory/formulas.h"
#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::balancing_theory_test {
namespace {

using sim::Distribution;
using Policy = models::LoadBalancerSettings::Policy;

void build(Lab& lab, Policy policy, std::uint64_t servers, double load,
           const Distribution& compute = Distribution::exponential(1 * ms)) {
  auto lb = std::make_unique<models::LoadBalancer>("lb");
  lb->settings.backends = "web";
  lb->settings.policy = policy;
  lab.add(std::move(lb));
  lab.add(poisson(load * static_cast<double>(servers), "lb"));
  lab.add(service("web", 1, compute)).settings.hosting.replicas = servers;
}

void run(Lab& lab, Policy policy, std::uint64_t servers, double load, std::uint64_t requests) {
  build(lab, policy, servers, load);
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

// The shares of the servers that hold at least one, two and three requests at a moment; and the
// largest queue of all, a handful where random choice would have dozens.
TEST(BalancingTheory, QueuesUnderPowerOfTwo) {
  constexpr std::size_t servers = 701;
  const double load = 0.77;
  Lab lab(504);
  build(lab, Policy::power_of_two, servers, load);
  lab.start();
  std::vector<std::vector<double>> shares(4);
  int longest = 0;
  for (int sample = 0; sample < 400; ++sample) {  // ten service times apart
    lab.world().run_until(sim::Time{} + sim::Duration::from_seconds(0.2 + 0.01 * sample));
    std::vector<int> held(servers);
    lab.world().for_each_attempt([&](sim::Handle, const models::Attempt& attempt) {
      const bool at_a_server = attempt.stage == models::Stage::held &&
                               lab.world().component(attempt.callee).name() == "web";
      if (at_a_server) ++held[attempt.to];
    });
    for (int i = 1; i <= 3; ++i) {
      const auto many = std::count_if(held.begin(), held.end(), [&](int n) { return n >= i; });
      shares[static_cast<std::size_t>(i)].push_back(static_cast<double>(many) / servers);
    }
    longest = std::max(longest, *std::max_element(held.begin(), held.end()));
  }
  Validation two({Topic::balancing, "Queues under the shorter of two, 701 servers",
                  "load 0.77, service 1 ms", "Mitzenmacher 2001"});
  two.holds("share with 1 or more", "load", load, estimate(shares[1]));
  two.holds("share with 2 or more", "load^3", std::pow(load, 3), estimate(shares[2]));
  two.holds("share with 3 or more", "load^7", std::pow(load, 7), estimate(shares[3]));
  EXPECT_GE(longest, 4);
  EXPECT_LE(longest, 7);
}

// The mean sojourn in the shorter of two queues, from the balance equations of both lengths, each
// cut off at 60, by iteration.
double sojourn_in_the_shorter_of_two(double load) {
  constexpr std::size_t most = 60;
  const double arrivals = 2 * load;
  const double all = arrivals + 2;
  std::vector<std::vector<double>> p(most + 1, std::vector<double>(most + 1));
  p[0][0] = 1;
  for (int step = 0; step < 3000; ++step) {
    std::vector<std::vector<double>> next(most + 1, std::vector<double>(most + 1));
    for (std::size_t a = 0; a <= most; ++a) {
      for (std::size_t b = 0; b <= most; ++b) {
        const double share = p[a][b] / all;
        const double to_a = a < b ? 1 : a > b ? 0 : 0.5;
        next[std::min(a + 1, most)][b] += share * arrivals * to_a;
        next[a][std::min(b + 1, most)] += share * arrivals * (1 - to_a);
        next[a > 0 ? a - 1 : 0][b] += share;
        next[a][b > 0 ? b - 1 : 0] += share;
      }
    }
    p = std::move(next);
  }
  double held = 0;
  for (std::size_t a = 0; a <= most; ++a) {
    for (std::size_t b = 0; b <= most; ++b) held += static_cast<double>(a + b) * p[a][b];
  }
  return held / arrivals;
}

// Least connections over two servers is Kingman's shorter queue; more servers have no closed form.
TEST(BalancingTheory, LeastConnections) {
  const double load = 0.77;
  Lab lab(505);
  run(lab, Policy::least_connections, 2, load, 1'500'000);
  Validation shorter({Topic::balancing, "Least connections, 2 servers", "load 0.77, service 1 ms",
                      "Kingman 1961"});
  shorter.holds("mean sojourn, ms", "balance equations of both queues, solved numerically",
                sojourn_in_the_shorter_of_two(load), mean_of(lab.latencies_ms()));
}

// The more is known, the shorter the queues: chance, turns, the shorter of two, the shortest of
// all, one queue for all. Neighbours are further apart than their intervals.
TEST(BalancingTheory, OrderForExponentialService) {
  const double load = 0.85;
  constexpr unsigned servers = 7;
  std::vector<Estimate> sojourns;
  for (const Policy policy :
       {Policy::random, Policy::round_robin, Policy::power_of_two, Policy::least_connections}) {
    Lab lab(506);
    run(lab, policy, servers, load, 700'000);
    sojourns.push_back(mean_of(lab.latencies_ms()));
  }
  sojourns.push_back({1 + erlang_c(servers, servers * load) / (servers * (1 - load)), 0});
  for (std::size_t i = 1; i < sojourns.size(); ++i) {
    EXPECT_LT(sojourns[i].mean + sojourns[i].half_width,
              sojourns[i - 1].mean - sojourns[i - 1].half_width)
        << i;
  }
}

// When every service takes the same, the one whose turn it is has the least work left. Turns and
// least connections then are one queue with as many workers, request by request; chance is M/D/1,
// and the shorter of two lies between.
TEST(BalancingTheory, OrderForDeterministicService) {
  const double load = 0.85;
  constexpr unsigned servers = 7;
  constexpr std::uint64_t requests = 500'000;
  const Distribution constant = Distribution::constant(sim::Duration::from_seconds(0.001));
  std::vector<std::vector<double>> sojourns;
  for (const Policy policy :
       {Policy::random, Policy::power_of_two, Policy::round_robin, Policy::least_connections}) {
    Lab lab(507);
    build(lab, policy, servers, load, constant);
    lab.run(requests);
    sojourns.push_back(lab.latencies_ms());
  }
  Lab one_queue(507);
  one_queue.add(poisson(load * servers, "web"));
  one_queue.add(service("web", servers, constant));
  one_queue.run(requests);
  EXPECT_EQ(sojourns[2], one_queue.latencies_ms());
  EXPECT_EQ(sojourns[3], one_queue.latencies_ms());
  const Estimate chance = mean_of(sojourns[0]);
  const Estimate two = mean_of(sojourns[1]);
  const Estimate turns = mean_of(sojourns[2]);
  EXPECT_LT(two.mean + two.half_width, chance.mean - chance.half_width);
  EXPECT_LT(turns.mean + turns.half_width, two.mean - two.half_width);
  Validation random({Topic::balancing, "Random, 7 servers, constant service",
                     "load 0.85, service 1 ms", "Kleinrock 1975, ch. 5"});
  random.holds("mean sojourn, ms", "1 + load / (2 (1 - load))", 1 + wait_in_mg1(load, 0), chance);
}

}  // namespace
}  // namespace faultline::theory::balancing_theory_test
