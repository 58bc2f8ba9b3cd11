// Overload: who is refused, who leaves, what crowds do to themselves, and when retries keep a queue
// from ever emptying again.
//
// Sources: Erlang 1917 and Kleinrock, "Queueing Systems", vol. 1 (1975), ch. 3 (loss); Barrer,
// "Queuing with impatient customers and ordered service", Operations Research 5 (1957)
// (abandonment after a constant time); Garnett, Mandelbaum and Reiman, "Designing a Call Center
// with Impatient Customers", M&SOM 4 (2002) (Erlang A); Gunther, "Guerrilla Capacity Planning",
// 2007, ch. 4; Bronson et al., "Metastable Failures in Distributed Systems", HotOS 2021.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/theory/formulas.h"
#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::overload_theory_test {
namespace {

using namespace sim::literals;
using models::Status;
using sim::Distribution;

constexpr std::uint64_t requests = 400'000;

// A bound on how many are at a server makes it the loss system of that size, whatever its backlog.
TEST(OverloadTheory, SheddingByNumberIsALossSystem) {
  const unsigned c = 4;
  const double a = 4.9;
  for (const unsigned k : {4, 9}) {
    Lab lab(801 + k);
    lab.add(poisson(a, "web"));
    models::Service& web = lab.add(service("web", c, Distribution::exponential(1 * ms)));
    web.settings.shedding.emplace();
    web.settings.shedding->in_system = k;
    lab.run(requests);
    Validation loss({Topic::services, "Shedding beyond " + std::to_string(k) + " at a server",
                     "4 workers, lambda = 4.9 / ms, mu = 1 / ms", "Erlang 1917; Kleinrock 1975"});
    loss.holds("P(refused)", k == c ? "Erlang's B" : "p_K of birth and death",
               found_in_mmck(k, c, k, a), mean_of(lab.ended(Status::rejected)));
  }
}

// M/M/c+D: the wait that an arrival would have has density lambda p_(c-1) e^-(c mu - lambda) x up
// to the patience T, and falls with e^(-c mu x) beyond, where nobody joins who stays.
TEST(OverloadTheory, WhoWaitsTooLongLeaves) {
  const unsigned c = 3;
  const double a = 3.4;
  const double patience = 1.3;
  Lab lab(811);
  lab.add(poisson(a, "web"));
  models::Service& web = lab.add(service("web", c, Distribution::exponential(1 * ms)));
  web.settings.shedding.emplace();
  web.settings.shedding->max_wait = Distribution::constant(patience * ms);
  lab.run(requests);
  double below = 0;  // relative to p_(c-1)
  double term = 1;
  for (unsigned j = c - 1;; --j) {
    below += term;
    if (j == 0) break;
    term *= j / a;
  }
  const double theta = c - a;
  const double at_patience = std::exp(-theta * patience);
  const double waits = a * (1 - at_patience) / theta;
  const double leaves = a * at_patience / c;
  Validation gone({Topic::services, "M/M/3+D, patience 1.3 ms", "lambda = 3.4 / ms, mu = 1 / ms",
                   "Barrer 1957"});
  gone.holds("P(gives up)", "lambda p_2 e^(-(c mu - lambda) T) / (c mu)",
             leaves / (below + waits + leaves), mean_of(lab.ended(Status::rejected)));
}

// Erlang A, M/M/c+M: with n > c there, n - c of them wait, each of whom leaves at rate theta.
TEST(OverloadTheory, WhoRunsOutOfPatienceLeaves) {
  const unsigned c = 3;
  const double a = 3.4;
  const double theta = 0.7;
  Lab lab(812);
  lab.add(poisson(a, "web"));
  models::Service& web = lab.add(service("web", c, Distribution::exponential(1 * ms)));
  web.settings.shedding.emplace();
  web.settings.shedding->max_wait = Distribution::exponential(ms / theta);
  lab.run(requests);
  double weight = 1;
  double total = 1;
  double leaving = 0;
  for (unsigned n = 1; n < 400; ++n) {
    const double waiting = n > c ? n - c : 0;
    weight *= a / (std::min(n, c) + waiting * theta);
    total += weight;
    leaving += weight * waiting * theta;
  }
  Validation gone({Topic::services, "M/M/3+M, mean patience 1.43 ms",
                   "lambda = 3.4 / ms, mu = 1 / ms, theta = 0.7 / ms",
                   "Palm 1957; Garnett, Mandelbaum, Reiman 2002"});
  gone.holds("P(gives up)", "sum of (n - c) theta p_n / lambda", leaving / total / a,
             mean_of(lab.ended(Status::rejected)));
}

// N users who never think keep N requests going.
TEST(OverloadTheory, CrowdsFollowTheScalabilityLaw) {
  const double sigma = 0.03;
  const double kappa = 0.004;
  for (const std::uint64_t n : {4U, 16U, 40U}) {
    Lab lab(820 + n);
    auto users = poisson(1, "web");
    users->settings.arrivals.reset();
    users->settings.users.emplace();
    users->settings.users->count = n;
    users->settings.users->think = Distribution::constant(0.0);
    lab.add(std::move(users));
    models::Service& web = lab.add(service("web", 1000, Distribution::exponential(5 * ms)));
    web.settings.process.emplace();
    web.settings.process->contention = models::ContentionSettings{sigma, kappa};
    lab.run(100'000);
    const auto all = static_cast<double>(n);
    Validation law({Topic::services, "Contention, " + std::to_string(n) + " at once",
                    "sigma = 0.03, kappa = 0.004, service 5 ms", "Gunther 2007, ch. 4"});
    law.holds("mean latency, ms", "S (1 + sigma (N - 1) + kappa N (N - 1))",
              5 * (1 + sigma * (all - 1) + kappa * all * (all - 1)), mean_of(lab.latencies_ms()));
  }
}

// Everybody gives up and tries again: what is asked for is lambda (1 + r), and the backlog changes
// by that less the capacity. Below c mu / (1 + r) a service empties again whatever befell it, above
// it never does, though it can carry the load: it is vulnerable up to c mu.
TEST(OverloadTheory, RetriesDecideWhetherABacklogEverEmpties) {
  const std::uint64_t c = 5;
  const std::uint64_t retries = 2;
  const double threshold = static_cast<double>(c) / (1 + retries);
  for (const double share : {0.9, 1.1}) {
    const bool empties = share < 1;
    const double rate = threshold * share;  // per ms
    std::vector<double> changes;            // requests per ms
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      Lab lab(830 + seed);
      auto users = poisson(rate, "web");
      users->settings.call.timeout = 20_ms;
      users->settings.call.retries.emplace();
      users->settings.call.retries->max = retries;
      lab.add(std::move(users));
      models::Service& web = lab.add(service("web", c, Distribution::exponential(1 * ms)));
      lab.start();
      web.slow(lab.world(), 0, 0, 0);  // it stands still for a second
      lab.world().run_until(sim::Time{} + 1_s);
      web.recover_speed(lab.world(), 0, 0);
      lab.world().run_until(sim::Time{} + 1100_ms);
      const auto before = static_cast<double>(web.in_system());
      lab.world().run_until(sim::Time{} + 7100_ms);
      const double grown = static_cast<double>(web.in_system()) - before;
      changes.push_back((empties ? -grown : grown) / 6000);
      if (!empties || seed > 0) continue;
      lab.world().run_until(sim::Time{} + 20_s);
      EXPECT_LT(web.in_system(), 100U) << "it has not recovered";
    }
    const std::string offered = "lambda (1 + r)";
    const double change = rate * (1 + retries) - static_cast<double>(c);
    Validation drift({Topic::calls, empties ? "A backlog that empties" : "A backlog that stays",
                      "5 workers of 1 ms, timeout 20 ms, r = 2, load " +
                          std::string(empties ? "0.9" : "1.1") + " of c mu / (1 + r)",
                      "Bronson et al. 2021"});
    drift.holds(empties ? "shrinks by, requests / ms" : "grows by, requests / ms",
                empties ? "c mu - " + offered : offered + " - c mu", empties ? -change : change,
                estimate(changes), 0.1);
  }
}

}  // namespace
}  // namespace faultline::theory::overload_theory_test
