// One station under Poisson arrivals against what queueing theory knows of it. Each measurement is
// a mean over batches; the formula must lie in its 99.9 % confidence interval (Student's t over 30
// batches), and the interval must be narrow enough for the test to be able to fail.
//
// Sources: Kleinrock, "Queueing Systems", vol. 1 (1975) and 2 (1976); Cobham, "Priority assignment
// in waiting line problems", Operations Research 2 (1954).
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/simulation.h"
#include "sim/station.h"

namespace faultline::sim {
namespace {

constexpr std::size_t batches = 30;
constexpr double mean_service_ms = 1.0;

struct Visit {
  int priority = 0;
  bool rejected = false;
  double waited_ms = 0;
  double sojourn_ms = 0;
};

using Sample = std::function<double(Draw&)>;  // ms

double exponential(Draw& draw) { return -mean_service_ms * std::log(draw.uniform()); }

// Poisson arrivals at `rate` per ms to one station; a tenth of them is warm-up and forgotten.
class Queue : public Simulation {
 public:
  Queue(const StationSettings& settings, double rate, Sample service, double urgent_share = 0,
        std::uint64_t seed = 20)
      : Simulation(seed),
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
    const double gap_ms = -std::log(draw.uniform()) / rate_;
    const int priority = draw.uniform() < urgent_share_ ? 1 : 0;
    const Duration demand = Duration::from_ns(service_(draw) * 1e6);
    visits_[number].priority = priority;
    visits_[number].rejected = !station_.arrive(*this, number, demand, {}, priority);
    arrived_[number] = now();
    if (number + 1 < visits_.size()) schedule(Duration::from_ns(gap_ms * 1e6), arrival(number + 1));
  }

  Station station_;
  double rate_;
  Sample service_;
  double urgent_share_;
  std::vector<Visit> visits_;
  std::vector<Time> arrived_;
};

// Values of the visits that have one, in order, against the formula.
void expect_mean(const std::vector<Visit>& visits, double formula,
                 const std::function<std::optional<double>(const Visit&)>& value,
                 double narrow = 0.1) {
  std::vector<double> values;
  for (const Visit& visit : visits) {
    if (const auto v = value(visit)) values.push_back(*v);
  }
  const std::size_t length = values.size() / batches;
  ASSERT_GT(length, 1000U);
  double sum = 0;
  double squares = 0;
  for (std::size_t b = 0; b < batches; ++b) {
    double batch = 0;
    for (std::size_t i = 0; i < length; ++i) batch += values[b * length + i];
    batch /= static_cast<double>(length);
    sum += batch;
    squares += batch * batch;
  }
  const double n = batches;
  const double mean = sum / n;
  const double deviation = std::sqrt((squares - n * mean * mean) / (n - 1));
  const boost::math::students_t student(n - 1);
  const double half = boost::math::quantile(student, 0.9995) * deviation / std::sqrt(n);
  EXPECT_NEAR(mean, formula, half);
  EXPECT_LT(half, narrow * formula);
  ::testing::Test::RecordProperty("formula", std::to_string(formula));
  ::testing::Test::RecordProperty("measured", std::to_string(mean));
  ::testing::Test::RecordProperty("half_width", std::to_string(half));
}

std::optional<double> waited(const Visit& v) { return v.waited_ms; }
std::optional<double> sojourn(const Visit& v) { return v.sojourn_ms; }
std::optional<double> had_to_wait(const Visit& v) { return v.waited_ms > 0 ? 1.0 : 0.0; }
std::optional<double> rejected(const Visit& v) { return v.rejected ? 1.0 : 0.0; }

StationSettings servers(std::uint32_t workers, Discipline discipline = Discipline::fifo) {
  StationSettings settings;
  settings.workers = workers;
  settings.discipline = discipline;
  return settings;
}

constexpr std::size_t arrivals = 800'000;

// Probability that an arrival finds `n` jobs in an M/M/c/K with offered load `a`.
double state_probability(unsigned n, unsigned c, unsigned k, double a) {
  double weight = 1;
  double total = 1;
  double wanted = n == 0 ? 1 : 0;
  for (unsigned i = 1; i <= k; ++i) {
    weight *= a / std::min(i, c);
    total += weight;
    if (i == n) wanted = weight;
  }
  return wanted / total;
}

// Erlang's C: the probability of waiting in M/M/c, from Erlang's B.
double erlang_c(unsigned c, double a) {
  const double b = state_probability(c, c, c, a);
  const double load = a / c;
  return b / (1 - load + load * b);
}

// Pollaczek-Khinchine: the mean wait in M/G/1 with mean service 1 and squared variation `cv2`.
double pollaczek_khinchine(double load, double cv2) { return load * (1 + cv2) / (2 * (1 - load)); }

// M/M/1: mean sojourn 1 / (mu - lambda).
TEST(StationTheory, MM1) {
  expect_mean(Queue(servers(1), 0.73, exponential).run(arrivals), 1 / (1 - 0.73), sojourn);
}

// The mean wait in M/M/1 does not depend on the order of service as long as it ignores the demands.
TEST(StationTheory, MM1LastComeFirstServed) {
  expect_mean(Queue(servers(1, Discipline::lifo), 0.67, exponential).run(arrivals), 0.67 / 0.33,
              waited);
}

// M/M/c: an arrival waits with Erlang's C, on average C / (c mu - lambda).
TEST(StationTheory, MMc) {
  const double rate = 3.87;
  const auto visits = Queue(servers(5), rate, exponential).run(arrivals);
  expect_mean(visits, erlang_c(5, rate), had_to_wait);
  expect_mean(visits, erlang_c(5, rate) / (5 - rate), waited);
}

// M/M/c/K: an arrival is turned away when all K places, waiting or served, are taken.
TEST(StationTheory, MMcK) {
  StationSettings settings = servers(3);
  settings.backlog_max = 4;
  const auto visits = Queue(settings, 2.83, exponential).run(arrivals);
  expect_mean(visits, state_probability(7, 3, 7, 2.83), rejected);
}

// Sharing limits admission like M/M/c/K: the number of jobs follows the same birth and death.
TEST(StationTheory, MMcKShared) {
  StationSettings settings = servers(3, Discipline::processor_sharing);
  settings.backlog_max = 4;
  const auto visits = Queue(settings, 2.83, exponential).run(arrivals);
  expect_mean(visits, state_probability(7, 3, 7, 2.83), rejected);
}

// Erlang's B: without places to wait, whatever the distribution of service; here uniform on 0..2.
TEST(StationTheory, ErlangLoss) {
  StationSettings settings = servers(6);
  settings.backlog_max = 0;
  const auto uniform = [](Draw& draw) { return 2 * draw.uniform(); };
  for (const Sample& service : {Sample(exponential), Sample(uniform)}) {
    expect_mean(Queue(settings, 4.31, service).run(arrivals), state_probability(6, 6, 6, 4.31),
                rejected);
  }
}

// M/D/1 waits half as long as M/M/1.
TEST(StationTheory, MD1) {
  const auto constant = [](Draw&) { return mean_service_ms; };
  expect_mean(Queue(servers(1), 0.79, constant).run(arrivals), pollaczek_khinchine(0.79, 0),
              waited);
}

// A mixture of a short and a long exponential: mean 1 and, squared, a variation of 4.6.
double mixed(Draw& draw) {
  const double mean = draw.uniform() < 0.9 ? 0.5 : 5.5;
  return -mean * std::log(draw.uniform());
}
constexpr double mixed_cv2 = 2 * (0.9 * 0.5 * 0.5 + 0.1 * 5.5 * 5.5) - 1;

// M/G/1: the wait grows with the variance of service.
TEST(StationTheory, MG1) {
  expect_mean(Queue(servers(1), 0.61, mixed).run(arrivals), pollaczek_khinchine(0.61, mixed_cv2),
              waited);
}

// Two classes, not preemptive (Cobham): with W0 = lambda E[S^2] / 2 the urgent wait
// W0 / (1 - r1), the others W0 / ((1 - r1)(1 - r1 - r2)).
TEST(StationTheory, Priority) {
  const double rate = 0.77;
  const double urgent = 0.37;
  const double residual = rate;  // E[S^2] = 2 for exponential service of mean 1
  const double r1 = rate * urgent;
  const auto visits =
      Queue(servers(1, Discipline::priority), rate, exponential, urgent).run(arrivals);
  const auto of = [](int priority) {
    return [priority](const Visit& v) {
      return v.priority == priority ? std::optional(v.waited_ms) : std::nullopt;
    };
  };
  expect_mean(visits, residual / (1 - r1), of(1));
  expect_mean(visits, residual / ((1 - r1) * (1 - rate)), of(0));
}

// M/G/1 under processor sharing: the mean sojourn E[S] / (1 - load) depends on the mean of service
// alone (Kleinrock 1976, 4.4).
TEST(StationTheory, ProcessorSharingIsInsensitive) {
  const auto constant = [](Draw&) { return mean_service_ms; };
  for (const Sample& service : {Sample(exponential), Sample(constant), Sample(mixed)}) {
    const auto visits =
        Queue(servers(1, Discipline::processor_sharing), 0.71, service).run(arrivals);
    expect_mean(visits, 1 / (1 - 0.71), sojourn);
  }
}

// M/M/c under processor sharing keeps the mean number in the system, and so the mean sojourn, of
// M/M/c.
TEST(StationTheory, MMcShared) {
  const double rate = 2.41;
  expect_mean(Queue(servers(3, Discipline::processor_sharing), rate, exponential).run(arrivals),
              1 + erlang_c(3, rate) / (3 - rate), sojourn);
}

// A slower server is a more loaded one: at factor 0.8 the load of 0.5 is 0.625.
TEST(StationTheory, SpeedScalesService) {
  StationSettings settings = servers(1);
  settings.speed = 0.8;
  expect_mean(Queue(settings, 0.5, exponential).run(arrivals), 1 / (0.8 - 0.5), sojourn);
}

}  // namespace
}  // namespace faultline::sim
