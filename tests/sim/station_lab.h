// StationLab: one station and a script. Actions happen at given instants (before a completion at
// the same instant); what completes is released at once unless the test says otherwise.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "sim/simulation.h"
#include "sim/station.h"

namespace faultline::sim {

class StationLab : public Simulation {
 public:
  using Act = std::function<void(StationLab&)>;
  using Log = std::vector<std::pair<std::uint32_t, std::int64_t>>;  // job number, ns

  explicit StationLab(const StationSettings& settings)
      : Simulation(1), station(settings, {.target = 7, .completion_kind = done_kind, .a = 3}) {}
  StationLab(const StationLab&) = default;

  void at(std::int64_t ns, Act act) {
    Event event;
    event.kind = act_kind;
    event.a = static_cast<std::uint32_t>(acts_.size());
    acts_.push_back(std::move(act));
    schedule(Time{ns} - now(), event);
  }

  // Job `number` arrives now.
  std::optional<JobId> arrive(std::uint32_t number, std::int64_t demand_ns, int priority = 0) {
    const auto id =
        station.arrive(*this, 1000 + number, Duration{demand_ns}, Handle{number, 1}, priority);
    if (jobs.size() <= number) jobs.resize(number + std::size_t{1});
    if (id) jobs[number] = *id;
    return id;
  }
  void arrive_at(std::int64_t ns, std::uint32_t number, std::int64_t demand_ns, int priority = 0) {
    at(ns, [=](StationLab& lab) { lab.arrive(number, demand_ns, priority); });
  }

  const Log& run(std::int64_t until_ns = 1'000'000) {
    run_until(Time{until_ns});
    return done;
  }

  Station station;
  std::vector<JobId> jobs;  // by number
  Log done;
  std::uint64_t completions = 0;  // completion events executed
  std::function<void(StationLab&, std::uint32_t number, JobId)> on_done;

 protected:
  void handle(const Event& event) override {
    if (event.kind == act_kind) {
      const Act act = acts_[event.a];
      return act(*this);
    }
    CHECK(event.kind == done_kind);
    CHECK(event.target == 7);
    CHECK(event.a == 3);
    ++completions;
    const Station::Finished finished = station.completed(*this, event);
    CHECK(event.request == 1000 + finished.cookie.slot);
    done.emplace_back(finished.cookie.slot, now().ns);
    if (on_done) return on_done(*this, finished.cookie.slot, finished.job);
    station.release(*this, finished.job);
  }

 private:
  static constexpr std::uint16_t act_kind = 1;
  static constexpr std::uint16_t done_kind = 2;
  std::vector<Act> acts_;
};

}  // namespace faultline::sim
