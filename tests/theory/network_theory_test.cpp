// Services that call each other against the theory of networks of queues: in series with open
// arrivals, and in a loop with a fixed number of users.
//
// Sources: Burke, "The output of a queuing system", Operations Research 4 (1956); Reich, "Note on
// queues in tandem", Annals of Mathematical Statistics 34 (1963); Reiser and Lavenberg, "Mean-value
// analysis of closed multichain queuing networks", JACM 27 (1980); Baskett, Chandy, Muntz,
// Palacios, "Open, closed, and mixed networks of queues", JACM 22 (1975).
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/theory/formulas.h"
#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::network_theory_test {
namespace {

using sim::Distribution;

// What leaves M/M/1 is a Poisson process again (Burke), and the sojourns at two in series are
// independent (Reich): the whole is a sum of two exponentials.
TEST(NetworkTheory, Tandem) {
  const double rate = 0.71;
  const double first = 1 / 0.97 - rate;
  const double second = 1 / 1.13 - rate;
  Lab lab(401);
  lab.add(poisson(rate, "web"));
  lab.add(service("web", 1, Distribution::exponential(0.97 * ms), "db"));
  lab.add(service("db", 1, Distribution::exponential(1.13 * ms)));
  lab.run(2'700'000);
  const auto sojourn = lab.latencies_ms();
  const auto tail = [&](double t) {
    return (first * std::exp(-second * t) - second * std::exp(-first * t)) / (first - second);
  };
  Validation tandem({Topic::networks, "M/M/1 to M/M/1",
                     "lambda = 0.71 / ms, services 0.97 and 1.13 ms", "Burke 1956; Reich 1963"});
  tandem.holds("mean sojourn, ms", "1 / x1 + 1 / x2, xi = mui - lambda", 1 / first + 1 / second,
               mean_of(sojourn), 0.1);
  tandem.holds("p95 of sojourn, ms", "(x1 e^(-x2 t) - x2 e^(-x1 t)) / (x1 - x2) = 0.05",
               quantile_of_tail(tail, 0.05), quantile_of(sojourn, 0.95), 0.1);
}

// Several servers in series keep their product form: the means add up.
TEST(NetworkTheory, TandemOfSeveralServers) {
  const double rate = 2.69;
  Lab lab(402);
  lab.add(poisson(rate, "web"));
  lab.add(service("web", 4, Distribution::exponential(1.19 * ms), "db"));
  lab.add(service("db", 2, Distribution::exponential(0.53 * ms)));
  lab.run(2'400'000);
  const auto sojourn = [&](unsigned c, double mean) {
    return mean * (1 + erlang_c(c, rate * mean) / (c - rate * mean));
  };
  Validation tandem({Topic::networks, "M/M/4 to M/M/2",
                     "lambda = 2.69 / ms, services 1.19 and 0.53 ms", "Burke 1956; Erlang 1917"});
  tandem.holds("mean sojourn, ms", "sum of (1 + C / (c - a)) / mu",
               sojourn(4, 1.19) + sojourn(2, 0.53), mean_of(lab.latencies_ms()));
}

struct Closed {
  double throughput;
  double response;
};

// Exact mean-value analysis: an arrival sees the network as it would be without it.
Closed mean_value_analysis(int users, double think, const std::vector<double>& demands) {
  std::vector<double> queue(demands.size(), 0.0);
  Closed closed{};
  for (int n = 1; n <= users; ++n) {
    closed.response = 0;
    for (std::size_t k = 0; k < demands.size(); ++k) {
      closed.response += demands[k] * (1 + queue[k]);
    }
    closed.throughput = n / (think + closed.response);
    for (std::size_t k = 0; k < demands.size(); ++k) {
      queue[k] = closed.throughput * demands[k] * (1 + queue[k]);
    }
  }
  return closed;
}

// Decisions in intervals of equal length.
Estimate throughput(const std::vector<Ear::Felt>& felt) {
  const double begin = felt[felt.size() / 10].at_ms;
  const double length = (felt.back().at_ms - begin) / batch_count;
  std::vector<double> rates(batch_count, 0.0);
  for (const Ear::Felt& one : felt) {
    const double batch = (one.at_ms - begin) / length;
    if (batch >= 0 && batch < batch_count) rates[static_cast<std::size_t>(batch)] += 1 / length;
  }
  return estimate(rates);
}

// Users who think, then ask a service that calls another. How the time to think is distributed does
// not matter (Baskett et al.), so it is lognormal in one case.
TEST(NetworkTheory, ClosedLoop) {
  struct Case {
    std::uint64_t seed;
    int users;
    double think;
    bool lognormal;
  };
  for (const Case& c : {Case{403, 7, 11.3, false}, Case{404, 17, 23.7, true}}) {
    Lab lab(c.seed);
    auto users = std::make_unique<models::Client>("users");
    users->settings.from = "users";
    users->settings.to = "web";
    users->settings.mix = {{"GET /", 1}};
    users->settings.users = models::ClientSettings::Users{
        .count = static_cast<std::uint64_t>(c.users),
        .think = c.lognormal ? Distribution::lognormal(c.think * ms, 1.9)
                             : Distribution::exponential(c.think * ms)};
    lab.add(std::move(users));
    lab.add(service("web", 1, Distribution::exponential(1.31 * ms), "db"));
    lab.add(service("db", 1, Distribution::exponential(1.07 * ms)));
    lab.run(1'500'000);
    const Closed exact = mean_value_analysis(c.users, c.think, {1.31, 1.07});
    const std::string think = c.lognormal ? "23.7 ms lognormal of cv 1.9" : "11.3 ms exponential";
    Validation closed({Topic::networks, "Closed loop of " + std::to_string(c.users) + " users",
                       "think " + think + ", services 1.31 and 1.07 ms",
                       "Reiser and Lavenberg 1980; Baskett et al. 1975"});
    closed.holds("throughput, 1/ms", "mean-value analysis", exact.throughput,
                 throughput(lab.ear().felt()));
    closed.holds("mean response, ms", "mean-value analysis", exact.response,
                 mean_of(lab.latencies_ms()));
  }
}

// One service of several workers for a finite number of users is the machine repairman: birth and
// death with arrivals (N - n) / Z.
TEST(NetworkTheory, FiniteSource) {
  const int users = 19;
  const double think = 4.7;
  const int workers = 3;
  Lab lab(405);
  auto source = std::make_unique<models::Client>("users");
  source->settings.from = "users";
  source->settings.to = "web";
  source->settings.mix = {{"GET /", 1}};
  source->settings.users =
      models::ClientSettings::Users{.count = users, .think = Distribution::exponential(think * ms)};
  lab.add(std::move(source));
  lab.add(service("web", workers, Distribution::exponential(1 * ms)));
  lab.run(1'500'000);
  double weight = 1;
  double total = 1;
  double served = 0;
  for (int n = 1; n <= users; ++n) {
    weight *= (users - n + 1) / think / std::min(n, workers);
    total += weight;
    served += weight * std::min(n, workers);
  }
  const double rate = served / total;
  Validation repair({Topic::networks, "M/M/3 of 19 users", "think 4.7 ms, service 1 ms",
                     "Kleinrock 1975, ch. 3"});
  repair.holds("throughput, 1/ms", "X = sum of min(n, c) p_n", rate, throughput(lab.ear().felt()));
  repair.holds("mean response, ms", "N / X - Z", users / rate - think, mean_of(lab.latencies_ms()));
}

}  // namespace
}  // namespace faultline::theory::network_theory_test
