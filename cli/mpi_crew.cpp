#include "cli/mpi_crew.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <thread>

namespace faultline::cli {
namespace {

using nlohmann::json;

// How long to sleep before looking for messages again: longer and longer while none come.
class Patience {
 public:
  explicit Patience(std::chrono::microseconds longest) : longest_(longest) {}
  std::chrono::microseconds next() {
    const auto now = next_;
    next_ = std::min(2 * next_, longest_);
    return now;
  }
  void begin_anew() { next_ = shortest; }

 private:
  static constexpr std::chrono::microseconds shortest{20};
  std::chrono::microseconds next_ = shortest;
  std::chrono::microseconds longest_;
};

constexpr std::chrono::milliseconds longest_sleep{1};
constexpr std::chrono::milliseconds longest_at_work{20};  // of who expects nothing but a `stop`

std::string first_difference(const SweepReading& leader, const std::string& host,
                             const SweepReading& other) {
  if (other.version != leader.version) {
    return fmt::format("has Faultline {} on {}, rank 0 has {}; install one version everywhere",
                       other.version, host, leader.version);
  }
  if (other.scenario != leader.scenario) {
    return fmt::format(
        "reads another scenario on {}, with the hash {}, than rank 0, {}; let all read one file",
        host, other.scenario, leader.scenario);
  }
  if (other.plan != leader.plan) {
    return fmt::format("was asked for another sweep on {} than rank 0; start all with one command",
                       host);
  }
  return {};
}

}  // namespace

MpiCrew::MpiCrew(std::unique_ptr<MpiWorld> world)
    : world_(std::move(world)), names_(world_->size()) {}

std::unique_ptr<MpiCrew> MpiCrew::join() {
  auto world = MpiWorld::join();
  return world ? std::unique_ptr<MpiCrew>(new MpiCrew(std::move(world))) : nullptr;
}

bool MpiCrew::agree(const SweepReading& mine) {
  if (!leads()) {
    tell(0, {mine.version, mine.scenario, mine.plan, mine.problems, analysis::host_name()});
    return wait_to_hear().second.get<bool>();
  }
  std::string wrong = mine.problems;
  for (unsigned i = 1; i < world_->size(); ++i) {
    const auto [rank, said] = wait_to_hear();
    const SweepReading other = {said[0], said[1], said[2], said[3]};
    if (!wrong.empty()) continue;
    if (!other.problems.empty()) {
      wrong = fmt::format("rank {}, on {}, has problems that rank 0 has not:\n{}", rank,
                          said[4].get<std::string>(), other.problems);
    } else if (const auto text = first_difference(mine, said[4], other); !text.empty()) {
      wrong = fmt::format("rank {} {}\n", rank, text);
    }
  }
  std::fputs(wrong.c_str(), stderr);
  tell_others(wrong.empty());
  return wrong.empty();
}

void MpiCrew::set_out(unsigned jobs, const std::atomic<bool>* interrupt) {
  jobs_ = jobs;
  interrupt_ = interrupt;
}

analysis::RunPool::Make MpiCrew::until_stopped(const analysis::MakeRun& make) {
  return [this, make](std::size_t number) -> std::optional<analysis::StoredRun> {
    if (stop_) return std::nullopt;
    return make(number, &stop_);
  };
}

// The leader's view of an order: what is still to be handed out, and what is out.
struct MpiCrew::Dealing {
  const analysis::RunOrder& order;
  std::size_t next = 0;
  std::size_t out = 0;  // with other ranks
  std::exception_ptr failure = nullptr;

  bool any_left() const { return next < order.numbers.size(); }
  // False: keeping failed, so no more are of use.
  bool keep(std::size_t number, analysis::StoredRun run) {
    if (failure) return false;
    try {
      order.keep(number, std::move(run));
    } catch (...) {
      failure = std::current_exception();
    }
    return !failure;
  }
};

void MpiCrew::make(const analysis::RunOrder& order) {
  analysis::RunPool pool(jobs_, until_stopped(order.make));
  Dealing dealing{order};
  std::vector<unsigned> asking;  // ranks; once for each of their threads that waits
  Patience patience(longest_sleep);
  bool stop_told = false;
  const auto take = [&](std::size_t number, std::optional<analysis::StoredRun> run) {
    patience.begin_anew();
    if (!run || !dealing.keep(number, *std::move(run))) stop_ = true;
  };
  while (true) {
    if (interrupt_ != nullptr && *interrupt_) stop_ = true;
    if (stop_ && !stop_told) {
      tell_others({{"stop", true}});
      stop_told = true;
    }
    while (!stop_ && dealing.any_left() && pool.busy() < jobs_) {
      pool.begin(order.numbers[dealing.next++]);
    }
    while (!stop_ && dealing.any_left() && !asking.empty()) {
      tell(asking.back(), {{"run", order.numbers[dealing.next++]}});
      asking.pop_back();
      ++dealing.out;
    }
    const bool all_begun = stop_ || !dealing.any_left();
    if (all_begun && dealing.out == 0 && pool.busy() == 0) break;
    for (auto& [number, run] : pool.ended(patience.next())) take(number, std::move(run));
    while (const auto message = heard()) {
      const auto& [rank, said] = *message;
      asking.push_back(rank);
      if (said.empty()) continue;  // only asks
      --dealing.out;
      take(said[0].get<std::size_t>(), run_of(rank, said));
    }
  }
  if (dealing.failure) std::rethrow_exception(dealing.failure);
}

int MpiCrew::serve(const analysis::MakeRun& make) {
  analysis::RunPool pool(jobs_, until_stopped(make));
  Patience patience(longest_sleep);
  for (unsigned i = 0; i < jobs_; ++i) tell(0, json::array());
  while (true) {
    if (interrupt_ != nullptr && *interrupt_) stop_ = true;
    const bool all_at_work = pool.busy() == jobs_;
    for (const auto& [number, run] : pool.ended(all_at_work ? longest_at_work : patience.next())) {
      tell(0, report_of(number, run));
      patience.begin_anew();
    }
    while (const auto message = heard()) {
      const json& said = message->second;
      patience.begin_anew();
      if (said.contains("run")) pool.begin(said["run"]);
      if (said.contains("stop")) stop_ = true;
      if (said.contains("end")) {
        tell(0, "bye");
        world_->leave();
        return said["end"];
      }
    }
  }
}

int MpiCrew::dismiss(int status) {
  std::fflush(nullptr);
  tell_others({{"end", status}});
  for (unsigned left = world_->size() - 1; left > 0;) {
    if (wait_to_hear().second == "bye") --left;  // others still ask
  }
  world_->leave();
  return status;
}

void MpiCrew::tell(unsigned rank, const json& what) { world_->send(rank, json::to_msgpack(what)); }

void MpiCrew::tell_others(const json& what) {
  for (unsigned rank = 1; rank < world_->size(); ++rank) tell(rank, what);
}

std::optional<std::pair<unsigned, json>> MpiCrew::heard() {
  const auto message = world_->receive();
  if (!message) return std::nullopt;
  return std::pair{message->from, json::from_msgpack(message->bytes)};
}

std::pair<unsigned, json> MpiCrew::wait_to_hear() {
  Patience patience(longest_sleep);
  while (true) {
    if (auto message = heard()) return *std::move(message);
    std::this_thread::sleep_for(patience.next());
  }
}

json MpiCrew::report_of(std::size_t number, const std::optional<analysis::StoredRun>& run) {
  if (!run) return json::array({number});
  std::vector<std::string> names;
  json values = json::array();
  for (const auto& [name, value] : run->metrics) {
    names.push_back(name);
    values.push_back(value ? json(*value) : json());
  }
  std::vector<std::string>& told = names_[0];
  json new_names = names == told ? json() : json(names);
  told = std::move(names);
  return json::array({number, run->seed, run->digest, run->ended, run->host, run->wall_s,
                      std::move(new_names), std::move(values)});
}

std::optional<analysis::StoredRun> MpiCrew::run_of(unsigned rank, const json& report) {
  if (report.size() == 1) return std::nullopt;
  std::vector<std::string>& names = names_[rank];
  if (!report[6].is_null()) names = report[6].get<std::vector<std::string>>();
  analysis::MetricList metrics;
  for (std::size_t m = 0; m < names.size(); ++m) {
    const json& value = report[7][m];
    metrics.emplace_back(names[m],
                         value.is_null() ? std::nullopt : std::optional(value.get<double>()));
  }
  return analysis::StoredRun{.point = 0,
                             .seed = report[1],
                             .digest = report[2],
                             .ended = report[3],
                             .host = report[4],
                             .metrics = std::move(metrics),
                             .wall_s = report[5]};
}

}  // namespace faultline::cli
