// Retries: tries that fail independently with probability f make the number of tries geometric,
// cut off at 1 + r. Each figure is a mean over independent runs.
//
// Source: Feller, "An Introduction to Probability Theory and Its Applications", vol. 1 (1968),
// VI.8 (waiting times in Bernoulli trials).
#include <gtest/gtest.h>

#include <cmath>

#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::retry_theory_test {
namespace {

using namespace sim::literals;
using sim::Distribution;

constexpr int runs = 25;
constexpr sim::Duration load_for = 40_s;  // in each run

models::CallPolicy patience(std::uint64_t retries) {
  models::CallPolicy policy;
  policy.timeout = 50_ms;
  policy.retries.emplace();
  policy.retries->max = retries;
  return policy;
}

struct Runs {
  std::vector<double> tries;   // per request
  std::vector<double> failed;  // share of requests
  std::vector<double> latency_ms;

  // Until everybody has left: those still trying would count with too few tries.
  void add(Lab& lab) {
    lab.start();
    lab.world().run_until(sim::Time{} + load_for);
    auto& users = dynamic_cast<models::Client&>(*lab.world().find("users"));
    users.scale_load(lab.world(), 0, 0.0);
    lab.world().run_until(sim::Time{} + load_for + 10_s);
    ASSERT_EQ(users.felt().in_flight(), 0U);
    const models::CallSite& site = users.site(lab.world());
    tries.push_back(static_cast<double>(site.attempts) / static_cast<double>(site.calls));
    failed.push_back(static_cast<double>(users.felt().failed()) /
                     static_cast<double>(users.felt().offered()));
    latency_ms.push_back(*users.felt().latency().mean() / ms);
  }
  void hold(const std::string& name, const std::string& parameters, double f, int r) const {
    Validation retries({Topic::calls, name, parameters, "Feller 1968, VI.8"});
    retries.holds("tries per request", "(1 - f^(r+1)) / (1 - f)",
                  (1 - std::pow(f, r + 1)) / (1 - f), estimate(tries));
    retries.holds("P(request fails)", "f^(r+1)", std::pow(f, r + 1), estimate(failed), 0.1);
  }
};

// The callee answers with an error, of which a try costs nothing but its answer's time.
TEST(RetryTheory, OfACalleeThatFails) {
  const double f = 0.43;
  const int r = 3;
  Runs all;
  for (std::uint64_t seed = 601; seed < 601 + runs; ++seed) {
    Lab lab(seed);
    auto users = poisson(1.7, "web");
    users->settings.call = patience(r);
    lab.add(std::move(users));
    lab.add(std::make_unique<models::Stub>("web", 2_ms, [](const models::Attempt& attempt) {
      const bool fails = attempt.luck.with(3).with(attempt.lineage).draw().uniform() < 0.43;
      return models::Outcome{.status = fails ? models::Status::failed : models::Status::ok};
    }));
    all.add(lab);
  }
  all.hold("Retries of errors", "f = 0.43, r = 3, no backoff", f, r);
}

// The network loses a message each way with probability l: a try fails with f = 1 - (1 - l)^2 and
// is found out by its timeout. A success after k failures comes k timeouts late.
TEST(RetryTheory, OfANetworkThatLoses) {
  const double loss = 0.17;
  const double f = 1 - (1 - loss) * (1 - loss);
  const int r = 4;
  models::GeographySettings places;
  places.regions["here"].zones = {"a"};
  places.clients["users"].near = "here";
  places.links["users<->here"] = {.latency = {}, .bandwidth = {}, .loss = loss, .duplication = 0};
  Runs all;
  for (std::uint64_t seed = 651; seed < 651 + runs; ++seed) {
    Lab lab(seed, false, models::Geography(places));
    auto users = poisson(1.3, "web");
    users->settings.call = patience(r);
    lab.add(std::move(users));
    lab.add(service("web", 40, Distribution::constant(3 * ms)));
    all.add(lab);
  }
  const std::string parameters = "l = 0.17 each way, f = 1 - (1 - l)^2, r = 4, timeout 50 ms";
  all.hold("Retries over a network that loses", parameters, f, r);
  double late = 0;
  for (int k = 1; k <= r; ++k) late += k * std::pow(f, k) * (1 - f);
  Validation latency({Topic::calls, "Retries over a network that loses, latency", parameters,
                      "Feller 1968, VI.8"});
  latency.holds("mean latency of successes, ms", "3 + 50 sum of k f^k (1 - f) / (1 - f^(r+1))",
                3 + 50 * late / (1 - std::pow(f, r + 1)), estimate(all.latency_ms));
}

// Where more fails than the budget allows to be retried, there are as many retries as tokens: each
// try succeeds with 1 - f, so that R = b (1 - f) (1 + R) retries per request.
TEST(RetryTheory, WithABudget) {
  const double f = 0.6;
  const double ratio = 0.2;
  Runs all;
  for (std::uint64_t seed = 681; seed < 681 + runs; ++seed) {
    Lab lab(seed);
    auto users = poisson(1.7, "web");
    users->settings.call = patience(5);
    users->settings.call.retries->budget = models::RetryBudgetSettings{.ratio = ratio, .burst = 5};
    lab.add(std::move(users));
    lab.add(std::make_unique<models::Stub>("web", 2_ms, [](const models::Attempt& attempt) {
      const bool fails = attempt.luck.with(3).with(attempt.lineage).draw().uniform() < 0.6;
      return models::Outcome{.status = fails ? models::Status::failed : models::Status::ok};
    }));
    all.add(lab);
  }
  Validation retries({Topic::calls, "Retries on a budget", "f = 0.6, r = 5, b = 0.2 per success",
                      "flow balance of the token bucket"});
  const double tokens = ratio * (1 - f);
  retries.holds("tries per request", "1 / (1 - b (1 - f))", 1 / (1 - tokens), estimate(all.tries));
  retries.holds("P(request fails)", "1 - (1 - f) (1 + R)", 1 - (1 - f) / (1 - tokens),
                estimate(all.failed));
}

}  // namespace
}  // namespace faultline::theory::retry_theory_test
