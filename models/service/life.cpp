// How a service begins, and what becomes of its replicas: they die, come up, and work at the speed
// that everything together leaves them.
#include <memory>
#include <utility>
#include <vector>

#include "models/service/service.h"
#include "models/world.h"

namespace faultline::models {
namespace {

std::optional<std::uint32_t> narrow(const std::optional<std::uint64_t>& count) {
  return count ? std::optional(static_cast<std::uint32_t>(*count)) : std::nullopt;
}

}  // namespace

void Service::bind(World& world) {
  const std::uint64_t replicas = settings.hosting.replicas;
  const auto at_most = settings.autoscaling ? settings.autoscaling->maximum : replicas;
  make_replicas(world, settings.hosting, at_most, replicas);
  releases_ = settings.worker == WorkerUse::released;
  program_ = std::make_shared<const Program>(
      compile(settings.endpoints, !releases_,
              {[&](const std::string& callee, const CallPolicy& policy) {
                 return world.add_call_site(*this, callee, policy);
               },
               [&](std::string_view name) { return world.intern_endpoint(name); }}));
  sim::StationSettings station;
  station.workers = static_cast<std::uint32_t>(settings.workers);
  station.backlog_max = narrow(settings.backlog);
  station.discipline = settings.discipline;
  station.lifo_above = narrow(settings.lifo_above).value_or(0);
  for (std::uint32_t i = 0; i < replicas_.size(); ++i) {
    station.up = i < replicas;
    stations_.emplace_back(station, sim::StationOwner{id(), kind_worked, i}, world.now());
    if (settings.memory) memories_.emplace_back(*settings.memory);
  }
  if (settings.health) {
    std::vector<HealthChecks::Asked> needs;
    for (const HealthNeed& need : settings.health->needs) {
      needs.push_back({world.add_call_site(*this, need.callee(), need.policy()),
                       world.intern_endpoint(need.endpoint)});
    }
    checks_.emplace(std::move(needs));
  }
  cold_.resize(replicas_.size());
  present_.resize(replicas_.size());
  if (settings.shedding) {
    line_empty_.resize(replicas_.size());
    if (settings.shedding->adaptive) {
      limits_.assign(replicas_.size(), AdaptiveLimit(*settings.shedding->adaptive, world.now()));
    }
  }
  refusals_.resize(replicas_.size());
  if (settings.process) {
    Process process;
    if (settings.process->heap) process.heap.emplace(*settings.process->heap);
    processes_.assign(replicas_.size(), process);
  }
  bind_limit(world);
  if (settings.speed != 1) changed(world, "speed");
}

void Service::start(World& world) {
  begin_syncs(world);
  if (settings.autoscaling) begin_scaling(world);
  if (settings.process && settings.process->watchdog) begin_watch(world);
}

void Service::lost_work(World& world, ReplicaIndex replica) {
  if (!memories_.empty()) memories_[replica].clear();
  if (limiting_) limiting_->lose(world.now(), replica);
  if (stations_[replica].up()) stations_[replica].crash(world);
  executions_.lose(replica);
  if (checks_) checks_->lose(replica);
  hear_of_death(replica);
  present_[replica] = 0;
  refusals_[replica] = {};
  if (!limits_.empty()) limits_[replica] = AdaptiveLimit(*settings.shedding->adaptive, world.now());
  if (settings.process) begin_anew(world, replica);
  frames_.for_each([&](sim::Handle handle, const Frame& frame) {
    if (frame.replica == replica) frames_.release(handle);
  });
}

void Service::came_up(World& world, ReplicaIndex replica) {
  if (!stations_[replica].up()) stations_[replica].restart(world);
  if (!settings.cold_start) return;
  cold_[replica] = true;
  speed_changed(world, replica);
  world.schedule(settings.cold_start->lasts,
                 {.a = replica, .b = replicas_[replica].boots, .target = id(), .kind = kind_warm});
}

void Service::speed_changed(World& world, ReplicaIndex replica) {
  const double warm = cold_[replica] ? settings.cold_start->speed : 1;
  const VersionSettings* version = rollout_ ? rollout_->version_of(replica) : nullptr;
  double whole = replicas_[replica].speed * settings.speed * warm;
  if (version != nullptr) whole *= version->speed;
  if (settings.process) whole *= ailing_speed(replica);
  stations_[replica].set_speed(world, whole);
}

void Service::changed(World& world, std::string_view name) {
  if (name == "rate-limit") {
    if (!limiting_) return bind_limit(world);
    return limiting_->change(world.now(), settings.rate_limit->limit);
  }
  for (sim::Station& station : stations_) {
    if (name == "workers") {
      station.set_workers(world, static_cast<std::uint32_t>(settings.workers));
    }
    if (name == "backlog") station.set_backlog_max(narrow(settings.backlog));
  }
  if (name != "speed") return;
  for (ReplicaIndex i = 0; i < stations_.size(); ++i) speed_changed(world, i);
}

}  // namespace faultline::models
