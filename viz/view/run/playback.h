// Playback: a run that can be moved through, forwards and backwards, and into which one can reach.
//
// It keeps clones of the world at intervals; to go back it takes the nearest before, and runs on
// from there. What it shows of an instant is the same however one came there. A fault made by hand
// takes effect at the next nanosecond, before everything else that happens then; made in the past,
// it begins a history of its own, and what came later in the old one is forgotten.
//
// Invariant    the clones, the faults by hand and the chronicle are all of one history
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/window_figures.h"
#include "models/world.h"
#include "scenarios/scenario.h"
#include "viz/view/run/chronicle.h"
#include "viz/view/run/hand_fault.h"
#include "viz/view/run/messages.h"
#include "viz/view/run/regions.h"

namespace faultline::viz {

class Playback final : private models::Observer {
 public:
  // A clone is kept when so many events have been executed since the last; where there would be
  // too many, every other one goes and they are kept half as often.
  static constexpr std::uint64_t events_between_clones = 150'000;
  static constexpr std::size_t most_clones = 32;

  Playback(std::shared_ptr<const scenarios::Scenario> scenario, std::uint64_t seed);
  ~Playback() override;

  const scenarios::Scenario& scenario() const { return *scenario_; }
  const std::shared_ptr<const scenarios::Scenario>& shared_scenario() const { return scenario_; }
  const models::World& world() const { return *world_; }
  const Chronicle& chronicle() const { return chronicle_; }
  const Messages& messages() const { return *messages_; }
  const Regions& regions() const { return regions_; }
  const std::vector<HandFault>& by_hand() const { return by_hand_; }
  // Where this history left an earlier one, if it did.
  std::optional<sim::Time> turned_at() const { return turned_at_; }
  sim::Duration late_after() const { return late_after_; }

  sim::Time now() const { return world_->now(); }
  // When the run is over: as the scenario says, or where a limit stopped it.
  sim::Time end() const { return end_; }
  // Nothing later has been simulated yet.
  sim::Time frontier() const { return frontier_; }
  std::size_t clones() const { return clones_.size(); }
  // What a limit of the scenario said when it stopped the run.
  std::optional<sim::Stop> stopped() const { return stopped_; }

  // Goes to `at`, forwards as far as it comes before `enough` says so, which it asks now and then.
  // False: not there yet.
  using Enough = std::function<bool()>;
  bool go_to(sim::Time at, const Enough& enough = {});
  // Executes one event; or goes back to before the last one.
  void step();
  void step_back();
  // It has all that the happening is to befall.
  bool can_suffer(const scenarios::Happening& happening) const;
  // Does nothing at the end of the run.
  void break_now(scenarios::Happening happening, std::optional<sim::Duration> lasts);

 private:
  struct Clone {
    std::unique_ptr<const models::World> world;
    Messages::Sample sample;
    std::size_t by_hand = 0;  // how many of them it knows
  };

  void take_up(const Clone& clone);
  void listen();
  bool run(sim::Time at, const Enough& enough);
  // The next instant at which there is something to do besides running the world, at most `end`.
  sim::Time next_halt(sim::Time end) const;
  void at_halt();
  std::size_t next_label() const;
  void close_window();
  void acted(std::uint32_t action, bool undone, sim::Time now) override;
  void state_changed(models::ComponentId component, models::ReplicaIndex replica,
                     models::Lifecycle from, models::Lifecycle to, sim::Time now) override;
  bool wants_messages() const override { return false; }

  std::shared_ptr<const scenarios::Scenario> scenario_;
  std::unique_ptr<models::World> world_;
  Regions regions_;
  sim::Duration late_after_;
  std::unique_ptr<Messages> messages_;
  std::optional<analysis::WindowFigures> figures_;
  Chronicle chronicle_;
  std::vector<Clone> clones_;  // in order of time; the first is of time 0
  std::uint64_t events_between_ = events_between_clones;
  std::vector<HandFault> by_hand_;  // in order of time
  std::size_t befallen_ = 0;        // how many of them the world knows
  std::optional<sim::Time> turned_at_;
  std::optional<sim::Stop> stopped_;
  sim::Time end_;
  sim::Time frontier_;
};

}  // namespace faultline::viz
