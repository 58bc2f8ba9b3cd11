#include "viz/view/run/playback.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/arrow.h"
#include "models/workload/client.h"
#include "sim/check.h"

namespace faultline::viz {
namespace {

// What is done by hand comes after what else is on the timeline at its instant: by the alphabet.
constexpr std::string_view by_hand_prefix = "~ by hand ";

// Events between two looks at the clock on the wall, or whatever else says that it is enough.
constexpr std::uint64_t events_per_slice = 2000;

// How long a user may wait for an answer that is not called late: what his workload calls good,
// else half his patience, at most a second; the least of all workloads.
sim::Duration late_after(const models::World& world) {
  sim::Duration least = sim::Duration::from_seconds(1);
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    const auto* client = dynamic_cast<const models::Client*>(&world.component(id));
    if (client == nullptr) continue;
    const models::ClientSettings& settings = client->settings;
    if (settings.good_within) {
      least = std::min(least, *settings.good_within);
    } else if (settings.call.timeout) {
      least = std::min(least, sim::Duration{settings.call.timeout->ns / 2});
    }
  }
  return least;
}

std::vector<std::uint16_t> regions_by_place(const models::World& world, const Regions& regions) {
  std::vector<std::uint16_t> by_place(world.geography().network().place_count());
  for (std::uint32_t i = 0; i < by_place.size(); ++i) by_place[i] = regions.of({i});
  return by_place;
}

}  // namespace

Playback::Playback(std::shared_ptr<const scenarios::Scenario> scenario, std::uint64_t seed)
    : scenario_(std::move(scenario)),
      world_(scenario_->make_world(seed)),
      regions_(world_->geography()),
      late_after_(viz::late_after(*world_)),
      messages_(std::make_unique<Messages>(regions_by_place(*world_, regions_), late_after_)),
      chronicle_(scenario_->run.window),
      end_(sim::Time{} + scenario_->run.duration) {
  clones_.push_back({std::make_unique<models::World>(*world_), {}, 0});
  listen();
}

Playback::~Playback() = default;

void Playback::listen() {
  world_->observe(this);
  world_->observe(messages_.get());
  figures_.emplace(*world_);
}

void Playback::take_up(const Clone& clone) {
  world_ = std::make_unique<models::World>(*clone.world);
  befallen_ = clone.by_hand;
  messages_->begin(clone.sample);
  listen();
}

bool Playback::go_to(sim::Time at, const Enough& enough) {
  at = std::min(at, end_);
  const sim::Time heard_from = std::max(sim::Time{}, at - Messages::horizon);
  const auto later = std::upper_bound(
      clones_.begin(), clones_.end(), std::min(heard_from, frontier_),
      [](sim::Time instant, const Clone& clone) { return instant < clone.world->now(); });
  const Clone& nearest = *std::prev(later);
  if (at < now()) {
    take_up(nearest);
    return run(at, {});
  }
  if (nearest.world->now() > now()) take_up(nearest);
  return run(at, enough);
}

sim::Time Playback::next_halt(sim::Time end) const {
  const std::int64_t window = chronicle_.window().ns;
  const sim::Time window_end{(now().ns / window + 1) * window};
  if (befallen_ < by_hand_.size()) end = std::min(end, by_hand_[befallen_].at);
  return std::min(end, window_end);
}

// All before now has happened, nothing at it has.
void Playback::at_halt() {
  if (now().ns % chronicle_.window().ns == 0) close_window();
  while (befallen_ < by_hand_.size() && by_hand_[befallen_].at == now()) {
    world_->befall(by_hand_[befallen_++].action());
  }
}

bool Playback::run(sim::Time at, const Enough& enough) {
  while (now() < at && now() < end_) {
    world_->set_limits(
        {.events = world_->executed() + events_per_slice, .records = scenario_->run.max_records});
    const sim::Time halt = next_halt(at);
    const sim::Stop stop = world_->run_until(halt);
    if (stop != sim::Stop::reached && stop != sim::Stop::event_limit) {
      stopped_ = stop;
      end_ = now();
    }
    if (stop == sim::Stop::reached) at_halt();
    if (enough && now() < at && enough()) break;
  }
  frontier_ = std::max(frontier_, now());
  return now() >= at || now() == end_;
}

void Playback::close_window() {
  figures_->close(*world_, [this](std::string_view subject, const std::string& metric,
                                  sim::Series::Merge, std::optional<double> value,
                                  double) { chronicle_.record(now(), subject, metric, value); });
  chronicle_.record(now(), messages_->close_window(chronicle_.window()));
  const Clone& last = clones_.back();
  const bool is_due = world_->executed() >= last.world->executed() + events_between_;
  if (now() <= last.world->now() || !is_due) return;
  clones_.push_back({std::make_unique<models::World>(*world_), messages_->sample(), befallen_});
  if (clones_.size() <= most_clones) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < clones_.size(); i += 2) std::swap(clones_[kept++], clones_[i]);
  clones_.resize(kept);
  events_between_ *= 2;
}

void Playback::step() {
  if (now() >= end_) return;
  world_->set_limits({.events = {}, .records = scenario_->run.max_records});
  while (now() < end_) {
    const sim::Time halt = next_halt(end_);
    if (world_->step(halt)) break;
    if (now() == halt) {
      at_halt();
    } else {
      run(halt, {});  // a limit: it says which
    }
  }
  frontier_ = std::max(frontier_, now());
}

void Playback::step_back() {
  const std::uint64_t events = world_->executed();
  if (events == 0) return;
  const sim::Time at = now();
  const sim::Time heard_from = std::max(sim::Time{}, at - Messages::horizon);
  const auto later = std::find_if(clones_.begin() + 1, clones_.end(), [&](const Clone& clone) {
    return clone.world->now() > heard_from || clone.world->executed() >= events;
  });
  take_up(*std::prev(later));
  // What happened last may not have been the first at its instant: the events are what bounds it.
  const sim::Time past = at + sim::Duration{1};
  while (world_->executed() + 1 < events) {
    world_->set_limits({.events = events - 1, .records = scenario_->run.max_records});
    if (world_->run_until(next_halt(past)) == sim::Stop::reached) at_halt();
  }
}

// After those of a scenario that was made by hand itself.
std::size_t Playback::next_label() const {
  const auto& timeline = scenario_->timeline;
  const auto earlier = std::count_if(timeline.begin(), timeline.end(), [](const auto& action) {
    return action->label.starts_with(by_hand_prefix);
  });
  return static_cast<std::size_t>(earlier) + by_hand_.size() + 1;
}

bool Playback::can_suffer(const scenarios::Happening& happening) const {
  const std::string& target = happening.target();
  if (const auto way = models::parse_arrow(target)) {
    return world_->find(way->from) != nullptr && world_->find(way->to) != nullptr;
  }
  const std::size_t slash = target.find('/');
  const models::Component* component = world_->find(target.substr(0, slash));
  if (component == nullptr) return false;
  return slash == std::string::npos ||
         std::stoul(target.substr(slash + 1)) < component->replicas().size();
}

void Playback::break_now(scenarios::Happening happening, std::optional<sim::Duration> lasts) {
  if (now() >= end_) return;
  if (now() < frontier_) turned_at_ = now();
  std::erase_if(clones_, [&](const Clone& clone) { return clone.world->now() > now(); });
  std::erase_if(by_hand_, [&](const HandFault& fault) { return fault.at > now(); });
  chronicle_.forget_after(now(), world_->executed());
  frontier_ = now();
  stopped_.reset();
  end_ = sim::Time{} + scenario_->run.duration;

  HandFault fault{.label = fmt::format("{}{:03}", by_hand_prefix, next_label()),
                  .happening = std::move(happening),
                  .at = now() + sim::Duration{1},
                  .lasts = lasts};
  by_hand_.push_back(std::move(fault));
  run(by_hand_.back().at + sim::Duration{1}, {});
}

void Playback::acted(std::uint32_t action, bool undone, sim::Time now) {
  chronicle_.record({.at = now,
                     .event = world_->executed(),
                     .kind = undone ? Happened::Kind::ended : Happened::Kind::began,
                     .action = action});
}

void Playback::state_changed(models::ComponentId component, models::ReplicaIndex replica,
                             models::Lifecycle from, models::Lifecycle to, sim::Time now) {
  chronicle_.record({.at = now,
                     .event = world_->executed(),
                     .kind = Happened::Kind::state,
                     .component = component,
                     .replica = replica,
                     .from = from,
                     .to = to});
}

}  // namespace faultline::viz
