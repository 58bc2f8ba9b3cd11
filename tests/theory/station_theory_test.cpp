// One station under Poisson arrivals against what queueing theory knows of its disciplines; a first
// come, first served one is held to theory as a service (service_theory_test.cpp).
//
// Sources: Kleinrock, "Queueing Systems", vol. 1 (1975) and 2 (1976); Cobham, "Priority assignment
// in waiting line problems", Operations Research 2 (1954); Coffman, Muntz, Trotter, "Waiting time
// distributions for processor-sharing systems", JACM 17 (1970).
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/distribution.h"
#include "sim/simulation.h"
#include "sim/station.h"
#include "tests/theory/formulas.h"
#include "tests/theory/validation.h"

namespace faultline::theory::station_theory_test {
namespace {

using namespace sim::literals;
using sim::Discipline;
using sim::Distribution;
using sim::Draw;
using sim::Duration;
using sim::Event;
using sim::Simulation;
using sim::Station;
using sim::StationSettings;
using sim::Time;

constexpr double ms = 1e6;

struct Visit {
  int priority = 0;
  bool rejected = false;
  double demand_ms = 0;
  double waited_ms = 0;
  double sojourn_ms = 0;
};

// Poisson arrivals at `rate` per ms to one station; a tenth of them is warm-up and forgotten.
class Queue : public Simulation {
 public:
  Queue(std::uint64_t seed, const StationSettings& settings, double rate, Distribution service,
        double urgent_share = 0)
      : Simulation(shifted(seed)),
        station_(settings, {.target = 0, .completion_kind = 2, .a = 0}),
        rate_(rate),
        service_(std::move(service)),
        urgent_share_(urgent_share) {}

  std::vector<Visit> run(std::size_t arrivals) {
    visits_.resize(arrivals);
    arrived_.resize(arrivals);
    schedule(Duration{}, arrival(0));
    run_until(Time{} + 10'000'000_s);
    visits_.erase(visits_.begin(), visits_.begin() + static_cast<std::ptrdiff_t>(arrivals / 10));
    return std::move(visits_);
  }

 protected:
  void handle(const Event& event) override {
    if (event.kind == 1) return arrive(event.request);
    const Station::Finished job = station_.completed(*this, event);
    Visit& visit = visits_[event.request];
    visit.waited_ms = (job.started - arrived_[event.request]).milliseconds();
    visit.sojourn_ms = (now() - arrived_[event.request]).milliseconds();
    station_.release(*this, job.job);
  }

 private:
  static Event arrival(std::uint64_t number) {
    Event event;
    event.request = number;
    event.kind = 1;
    return event;
  }

  void arrive(std::uint64_t number) {
    Draw draw = luck().draw(number);
    const Duration gap = Distribution::exponential(ms / rate_).sample_duration(draw);
    const int priority = draw.uniform() < urgent_share_ ? 1 : 0;
    const Duration demand = service_.sample_duration(draw);
    visits_[number].demand_ms = demand.milliseconds();
    visits_[number].priority = priority;
    visits_[number].rejected = !station_.arrive(*this, number, demand, {}, priority);
    arrived_[number] = now();
    if (number + 1 < visits_.size()) schedule(gap, arrival(number + 1));
  }

  Station station_;
  double rate_;
  Distribution service_;
  double urgent_share_;
  std::vector<Visit> visits_;
  std::vector<Time> arrived_;
};

using Value = std::function<double(const Visit&)>;

std::vector<double> values(const std::vector<Visit>& visits, const Value& value) {
  std::vector<double> all;
  for (const Visit& visit : visits) all.push_back(value(visit));
  return all;
}

double waited(const Visit& v) { return v.waited_ms; }
double sojourn(const Visit& v) { return v.sojourn_ms; }
double rejected(const Visit& v) { return v.rejected ? 1 : 0; }

StationSettings servers(std::uint32_t workers, Discipline discipline = Discipline::fifo) {
  StationSettings settings;
  settings.workers = workers;
  settings.discipline = discipline;
  return settings;
}

constexpr std::size_t arrivals = 2'400'000;

Distribution exponential() { return Distribution::exponential(1 * ms); }

// A mixture of a short and a long exponential: mean 1 and, squared, a variation of 4.5.
Distribution mixed() { return Distribution::hyperexponential({{0.9, 0.5 * ms}, {0.1, 5.5 * ms}}); }
constexpr double mixed_cv2 = 2 * (0.9 * 0.5 * 0.5 + 0.1 * 5.5 * 5.5) - 1;

// The mean wait in M/M/1 does not depend on the order of service as long as it ignores the demands.
TEST(StationTheory, MM1LastComeFirstServed) {
  const double rate = 0.67;
  const auto visits = Queue(201, servers(1, Discipline::lifo), rate, exponential()).run(arrivals);
  Validation lifo({Topic::stations, "M/M/1, last come first served",
                   "lambda = 0.67 / ms, mu = 1 / ms", "Kleinrock 1976, ch. 3"});
  lifo.holds("mean wait, ms", "load / (mu - lambda)", rate / (1 - rate),
             mean_of(values(visits, waited)));
}

// M/G/1: the wait grows with the variance of service.
TEST(StationTheory, MG1) {
  const double load = 0.61;
  const auto visits = Queue(202, servers(1), load, mixed()).run(arrivals);
  Validation mg1({Topic::stations, "M/G/1, hyperexponential service",
                  "load 0.61, service of 0.5 ms (0.9) or 5.5 ms (0.1) on average",
                  "Pollaczek 1930, Khinchine 1932; Kleinrock 1975, ch. 5"});
  mg1.holds("mean wait, ms", "load (1 + cv^2) / (2 (1 - load))", wait_in_mg1(load, mixed_cv2),
            mean_of(values(visits, waited)), 0.1);
}

// Two classes, not preemptive (Cobham).
TEST(StationTheory, Priority) {
  const double rate = 0.77;
  const double urgent = 0.37;
  const double residual = rate;  // lambda E[S^2] / 2, E[S^2] = 2 for exponential service of mean 1
  const double r1 = rate * urgent;
  const auto visits =
      Queue(203, servers(1, Discipline::priority), rate, exponential(), urgent).run(arrivals);
  std::vector<double> waits[2];
  for (const Visit& v : visits) waits[v.priority].push_back(v.waited_ms);
  Validation priority({Topic::stations, "M/M/1, two priorities, not preemptive",
                       "lambda = 0.77 / ms, mu = 1 / ms, 37 % urgent",
                       "Cobham 1954; Kleinrock 1976, ch. 3"});
  priority.holds("mean wait of the urgent, ms", "W0 / (1 - r1), W0 = lambda E[S^2] / 2",
                 residual / (1 - r1), mean_of(waits[1]));
  priority.holds("mean wait of the others, ms", "W0 / ((1 - r1) (1 - r1 - r2))",
                 residual / ((1 - r1) * (1 - rate)), mean_of(waits[0]));
}

// P(T > t) in M/M/1 under processor sharing: a tagged job among n others leaves at rate 1 / (n + 1)
// and they at n / (n + 1); it finds n of them with probability (1 - load) load^n. Computed by
// uniformisation of that chain at rate load + 1.
double shared_tail(double load, double t) {
  constexpr std::size_t most = 150;
  const double rate = load + 1;
  std::vector<double> p(most + 1);
  for (std::size_t n = 0; n <= most; ++n) p[n] = (1 - load) * std::pow(load, n);
  double poisson = std::exp(-rate * t);
  double tail = 0;
  for (int jump = 0; jump < rate * t + 12 * std::sqrt(rate * t) + 30; ++jump) {
    double alive = 0;
    for (const double x : p) alive += x;
    tail += poisson * alive;
    poisson *= rate * t / (jump + 1);
    std::vector<double> next(most + 1, 0.0);
    for (std::size_t n = 0; n <= most; ++n) {
      next[std::min(n + 1, most)] += p[n] * load / rate;
      if (n > 0) next[n - 1] += p[n] * static_cast<double>(n) / static_cast<double>(n + 1) / rate;
    }
    p = std::move(next);
  }
  return tail;
}

// Under processor sharing the mean sojourn depends on the mean of service alone, and a job of twice
// the demand takes twice the time.
TEST(StationTheory, ProcessorSharing) {
  const double load = 0.71;
  const auto share = [&](std::uint64_t seed, const Distribution& law, const std::string& name) {
    auto visits = Queue(seed, servers(1, Discipline::processor_sharing), load, law).run(arrivals);
    Validation sharing({Topic::stations, "Processor sharing, " + name, "load 0.71, service 1 ms",
                        "Kleinrock 1976, ch. 4; Coffman, Muntz, Trotter 1970"});
    sharing.holds("mean sojourn, ms", "1 / (1 - load)", 1 / (1 - load),
                  mean_of(values(visits, sojourn)));
    return std::pair(sharing, std::move(visits));
  };
  share(204, Distribution::constant(1 * ms), "constant service");
  share(205, mixed(), "hyperexponential service");
  auto [sharing, visits] = share(206, exponential(), "exponential service");
  const auto sojourns = values(visits, sojourn);
  std::vector<double> squares;
  std::vector<double> long_ones;
  for (const Visit& v : visits) {
    squares.push_back(v.sojourn_ms * v.sojourn_ms);
    if (v.demand_ms > 2) long_ones.push_back(v.sojourn_ms);
  }
  sharing.holds("mean sojourn of demands above 2 ms, ms", "(2 + 1) / (1 - load)", 3 / (1 - load),
                mean_of(long_ones));
  sharing.holds("mean square of sojourn, ms^2", "4 / ((2 - load) (1 - load)^2)",
                4 / ((2 - load) * (1 - load) * (1 - load)), mean_of(squares), 0.1);
  for (const int percent : {50, 95, 99}) {
    const double q = percent / 100.0;
    const auto tail = [&](double t) { return shared_tail(load, t); };
    sharing.holds("p" + std::to_string(percent) + " of sojourn, ms",
                  "tagged job in birth and death, uniformised", quantile_of_tail(tail, 1 - q),
                  quantile_of(sojourns, q), 0.1);
  }
}

// M/M/c under processor sharing keeps the mean number in the system, and so the mean sojourn, of
// M/M/c.
TEST(StationTheory, MMcShared) {
  const double rate = 2.41;
  const auto visits =
      Queue(207, servers(3, Discipline::processor_sharing), rate, exponential()).run(arrivals);
  Validation shared({Topic::stations, "M/M/3 under processor sharing",
                     "lambda = 2.41 / ms, mu = 1 / ms", "Kleinrock 1976, ch. 4; Little 1961"});
  shared.holds("mean sojourn, ms", "1 / mu + C / (c mu - lambda)",
               1 + erlang_c(3, rate) / (3 - rate), mean_of(values(visits, sojourn)));
}

// Sharing limits admission like M/M/c/K: the number of jobs follows the same birth and death.
TEST(StationTheory, MMcKShared) {
  StationSettings settings = servers(3, Discipline::processor_sharing);
  settings.backlog_max = 4;
  const double rate = 2.83;
  const auto visits = Queue(208, settings, rate, exponential()).run(arrivals);
  Validation shared({Topic::stations, "M/M/3/7 under processor sharing",
                     "lambda = 2.83 / ms, mu = 1 / ms", "Kleinrock 1975, ch. 3"});
  shared.holds("P(refused)", "p_K of birth and death", found_in_mmck(7, 3, 7, rate),
               mean_of(values(visits, rejected)));
}

// A slower server is a more loaded one: at factor 0.8 the load of 0.53 is 0.66.
TEST(StationTheory, SpeedScalesService) {
  StationSettings settings = servers(1);
  settings.speed = 0.8;
  const auto visits = Queue(209, settings, 0.53, exponential()).run(arrivals);
  Validation slow({Topic::stations, "M/M/1 at 0.8 of its speed",
                   "lambda = 0.53 / ms, mu = 1 / ms at full speed", "Kleinrock 1975, ch. 3"});
  slow.holds("mean sojourn, ms", "1 / (0.8 mu - lambda)", 1 / (0.8 - 0.53),
             mean_of(values(visits, sojourn)));
}

}  // namespace
}  // namespace faultline::theory::station_theory_test
