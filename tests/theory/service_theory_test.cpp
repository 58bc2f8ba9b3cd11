// A service, asked by users over the network, against what is known of one queue with one or more
// servers: means, percentiles and losses.
//
// Sources: Kleinrock, "Queueing Systems", vol. 1 (1975); Crommelin, "Delay probability formulae",
// Post Office Electrical Engineers' Journal 26 (1934).
#include <gtest/gtest.h>

#include <cmath>

#include "tests/theory/formulas.h"
#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::service_theory_test {
namespace {

using models::Status;
using sim::Distribution;

constexpr std::uint64_t requests = 2'400'000;

// M/M/1: the sojourn is exponential with rate mu - lambda.
TEST(ServiceTheory, MM1) {
  const double rate = 0.73;
  Lab lab(301);
  lab.add(poisson(rate, "web"));
  lab.add(service("web", 1, Distribution::exponential(1 * ms)));
  lab.run(requests);
  const auto sojourn = lab.latencies_ms();
  Validation mm1(
      {Topic::services, "M/M/1", "lambda = 0.73 / ms, mu = 1 / ms", "Kleinrock 1975, ch. 3 and 5"});
  mm1.holds("mean sojourn, ms", "1 / (mu - lambda)", 1 / (1 - rate), mean_of(sojourn));
  mm1.holds("p50 of sojourn, ms", "ln 2 / (mu - lambda)", std::log(2) / (1 - rate),
            quantile_of(sojourn, 0.5));
  mm1.holds("p95 of sojourn, ms", "ln 20 / (mu - lambda)", std::log(20) / (1 - rate),
            quantile_of(sojourn, 0.95), 0.1);
  mm1.holds("p99 of sojourn, ms", "ln 100 / (mu - lambda)", std::log(100) / (1 - rate),
            quantile_of(sojourn, 0.99), 0.1);
}

// M/M/c: an arrival waits with Erlang's C, and who waits does so exponentially with rate
// theta = c mu - lambda; the sojourn adds an independent service.
TEST(ServiceTheory, MMc) {
  const unsigned c = 5;
  const double a = 4.17;
  Lab lab(302, true);
  lab.add(poisson(a, "web"));
  lab.add(service("web", c, Distribution::exponential(1 * ms)));
  lab.run(requests);
  const auto wait = lab.waits_ms();
  const auto sojourn = lab.latencies_ms();
  std::vector<double> waited;
  for (const double w : wait) waited.push_back(w > 0 ? 1 : 0);
  const double pc = erlang_c(c, a);
  const double theta = c - a;
  const auto tail = [&](double t) {
    return (1 - pc) * std::exp(-t) +
           pc * (theta * std::exp(-t) - std::exp(-theta * t)) / (theta - 1);
  };
  Validation mmc({Topic::services, "M/M/5", "lambda = 4.17 / ms, mu = 1 / ms",
                  "Erlang 1917; Kleinrock 1975, ch. 3"});
  mmc.holds("P(wait)", "Erlang's C", pc, mean_of(waited));
  mmc.holds("mean wait, ms", "C / theta, theta = c mu - lambda", pc / theta, mean_of(wait), 0.1);
  mmc.holds("p95 of wait, ms", "ln(C / 0.05) / theta", std::log(pc / 0.05) / theta,
            quantile_of(wait, 0.95), 0.1);
  mmc.holds("p99 of wait, ms", "ln(C / 0.01) / theta", std::log(pc / 0.01) / theta,
            quantile_of(wait, 0.99), 0.1);
  mmc.holds("mean sojourn, ms", "C / theta + 1 / mu", pc / theta + 1, mean_of(sojourn));
  const std::string formula =
      "(1-C) e^(-mu t) + C (theta e^(-mu t) - mu e^(-theta t)) / (theta - mu) = ";
  mmc.holds("p95 of sojourn, ms", formula + "0.05", quantile_of_tail(tail, 0.05),
            quantile_of(sojourn, 0.95));
  mmc.holds("p99 of sojourn, ms", formula + "0.01", quantile_of_tail(tail, 0.01),
            quantile_of(sojourn, 0.99), 0.1);
}

// M/M/c/K: who finds K in the system is refused, and the others' sojourn follows from Little's law.
TEST(ServiceTheory, MMcK) {
  const unsigned c = 3;
  const unsigned k = 7;
  const double a = 2.83;
  Lab lab(303);
  lab.add(poisson(a, "web"));
  lab.add(service("web", c, Distribution::exponential(1 * ms))).settings.backlog = k - c;
  lab.run(requests);
  double number = 0;
  for (unsigned n = 1; n <= k; ++n) number += n * found_in_mmck(n, c, k, a);
  const double refused = found_in_mmck(k, c, k, a);
  Validation mmck({Topic::services, "M/M/3/7", "lambda = 2.83 / ms, mu = 1 / ms",
                   "Kleinrock 1975, ch. 3; Little 1961"});
  mmck.holds("P(refused)", "p_K of birth and death", refused, mean_of(lab.ended(Status::rejected)));
  mmck.holds("mean sojourn, ms", "sum of n p_n / (lambda (1 - p_K))", number / (a * (1 - refused)),
             mean_of(lab.latencies_ms()));
}

// Erlang's B holds whatever the distribution of service, if only its mean is right.
TEST(ServiceTheory, ErlangLoss) {
  const unsigned c = 6;
  const double a = 4.31;
  const auto lose = [&](std::uint64_t seed, const Distribution& law, const std::string& name) {
    Lab lab(seed);
    lab.add(poisson(a, "web"));
    lab.add(service("web", c, law)).settings.backlog = 0;
    lab.run(requests / 2);
    Validation loss({Topic::services, "Erlang loss, " + name, "6 servers, offered load 4.31",
                     "Erlang 1917; insensitivity: Sevastyanov 1957"});
    loss.holds("P(refused)", "Erlang's B", erlang_b(c, a), mean_of(lab.ended(Status::rejected)));
  };
  lose(304, Distribution::exponential(1 * ms), "exponential service");
  lose(305, Distribution::constant(1 * ms), "constant service");
  lose(306, Distribution::lognormal(1 * ms, 1.7), "lognormal service of cv 1.7");
}

// M/G/1: the mean wait depends on service by its mean and variance only.
void expect_pollaczek_khinchine(std::uint64_t seed, const std::string& name, double load,
                                const Distribution& law, double cv2) {
  Lab lab(seed);
  lab.add(poisson(load, "web"));
  lab.add(service("web", 1, law));
  lab.run(requests);
  Validation mg1({Topic::services, "M/G/1, " + name,
                  "load " + std::to_string(load).substr(0, 4) + ", mean service 1 ms",
                  "Pollaczek 1930, Khinchine 1932; Kleinrock 1975, ch. 5"});
  mg1.holds("mean sojourn, ms", "1 + load (1 + cv^2) / (2 (1 - load))", 1 + wait_in_mg1(load, cv2),
            mean_of(lab.latencies_ms()), 0.1);
}

TEST(ServiceTheory, MG1Erlang) {
  expect_pollaczek_khinchine(307, "Erlang service of 3 stages", 0.81,
                             Distribution::erlang(3, 1 * ms), 1.0 / 3);
}
TEST(ServiceTheory, MG1Lognormal) {
  expect_pollaczek_khinchine(308, "lognormal service of cv 1.3", 0.67,
                             Distribution::lognormal(1 * ms, 1.3), 1.3 * 1.3);
}
// Of P(S > x) = (m / x)^s with mean 1 the squared cv is 1 / (s (s - 2)); s > 4 so that the variance
// of the wait over a batch exists.
TEST(ServiceTheory, MG1Pareto) {
  const double shape = 4.3;
  expect_pollaczek_khinchine(309, "Pareto service of shape 4.3", 0.71,
                             Distribution::pareto_with_mean(1 * ms, shape),
                             1 / (shape * (shape - 2)));
}

// M/D/1 waits half as long as M/M/1 on average; its wait is distributed as Crommelin found:
// P(W <= t) = (1 - load) sum over k = 0 .. floor(t) of (-x)^k / k! e^x with x = load (t - k).
TEST(ServiceTheory, MD1) {
  const double load = 0.79;
  Lab lab(310, true);
  lab.add(poisson(load, "web"));
  lab.add(service("web", 1, Distribution::constant(1 * ms)));
  lab.run(requests);
  const auto wait = lab.waits_ms();
  const auto tail = [&](double t) {
    double sum = 0;
    for (int k = 0; k <= t; ++k) {
      const double x = load * (t - k);
      sum += std::pow(-x, k) / std::tgamma(k + 1) * std::exp(x);
    }
    return 1 - (1 - load) * sum;
  };
  Validation md1({Topic::services, "M/D/1", "load 0.79, service 1 ms", "Crommelin 1934"});
  md1.holds("mean wait, ms", "load / (2 (1 - load))", wait_in_mg1(load, 0), mean_of(wait));
  const std::string formula = "(1 - load) sum of (-x)^k / k! e^x, x = load (t - k), = ";
  md1.holds("p50 of wait, ms", formula + "0.5", quantile_of_tail(tail, 0.5), quantile_of(wait, 0.5),
            0.1);
  md1.holds("p95 of wait, ms", formula + "0.95", quantile_of_tail(tail, 0.05),
            quantile_of(wait, 0.95), 0.1);
}

}  // namespace
}  // namespace faultline::theory::service_theory_test
