#include "models/timeline.h"

#include "models/world.h"

namespace faultline::models {
namespace {

template <class Change>
void each(World& world, const World::Struck& whom, Change change) {
  for (const auto& [component, replica] : whom) change(world.component(component), replica);
}

// Nothing befalls a replica that there is no machine for.
template <class Change>
void strike(World& world, std::uint32_t cause, const Address& target, Change change) {
  World::Struck whom = target.replicas(world);
  std::erase_if(whom, [&](const auto& one) {
    return world.component(one.first).replicas()[one.second].state == Lifecycle::absent;
  });
  each(world, world.strike(cause, std::move(whom)), change);
}

}  // namespace

void CrashAction::apply(World& world, std::uint32_t cause) const {
  strike(world, cause, target_,
         [&](Component& c, ReplicaIndex r) { c.begin_crash(world, r, cause); });
}

void CrashAction::undo(World& world, std::uint32_t cause) const {
  each(world, world.struck(cause),
       [&](Component& c, ReplicaIndex r) { c.end_crash(world, r, cause); });
}

void DestroyAction::apply(World& world, std::uint32_t cause) const {
  strike(world, cause, target_, [&](Component& c, ReplicaIndex r) {
    c.begin_crash(world, r, cause);
    c.lose_data(world, r);
  });
}

void DestroyAction::undo(World& world, std::uint32_t cause) const {
  each(world, world.struck(cause),
       [&](Component& c, ReplicaIndex r) { c.end_crash(world, r, cause); });
}

void RestartAction::apply(World& world, std::uint32_t cause) const {
  strike(world, cause, target_, [&](Component& c, ReplicaIndex r) { c.restart(world, r); });
}

void DrainAction::apply(World& world, std::uint32_t cause) const {
  strike(world, cause, target_,
         [&](Component& c, ReplicaIndex r) { c.begin_drain(world, r, cause); });
}

void DrainAction::undo(World& world, std::uint32_t cause) const {
  each(world, world.struck(cause),
       [&](Component& c, ReplicaIndex r) { c.end_drain(world, r, cause); });
}

void SlowAction::apply(World& world, std::uint32_t cause) const {
  strike(world, cause, target_,
         [&](Component& c, ReplicaIndex r) { c.slow(world, r, cause, factor_); });
}

void SlowAction::undo(World& world, std::uint32_t cause) const {
  each(world, world.struck(cause),
       [&](Component& c, ReplicaIndex r) { c.recover_speed(world, r, cause); });
}

void FlushAction::apply(World& world, std::uint32_t cause) const {
  strike(world, cause, target_, [&](Component& c, ReplicaIndex r) { c.flush(world, r); });
}

void RedriveAction::apply(World& world, std::uint32_t cause) const {
  strike(world, cause, target_, [&](Component& c, ReplicaIndex r) { c.redrive(world, r); });
}

void OutageAction::apply(World& world, std::uint32_t cause) const {
  // Its host is dead for a replica that is yet to come, too.
  each(world, world.strike(cause, target_.replicas(world)),
       [&](Component& c, ReplicaIndex r) { c.begin_outage(world, r); });
  for (const PlaceId zone : world.geography().zones_within(target_.text)) {
    world.isolate(cause, zone);
  }
  for (const PlaceId gate : world.geography().gates(target_.text)) world.isolate(cause, gate);
}

void OutageAction::undo(World& world, std::uint32_t cause) const {
  world.heal(cause);
  each(world, world.struck(cause), [&](Component& c, ReplicaIndex r) { c.end_outage(world, r); });
}

void AutoscalerOutageAction::apply(World& world, std::uint32_t cause) const {
  if (const auto id = target_.component(world)) {
    world.component(*id).begin_autoscaler_outage(world, cause);
  }
}

void AutoscalerOutageAction::undo(World& world, std::uint32_t cause) const {
  if (const auto id = target_.component(world)) {
    world.component(*id).end_autoscaler_outage(world, cause);
  }
}

void DeployAction::apply(World& world, std::uint32_t) const {
  if (const auto id = target_.component(world)) world.component(*id).deploy(world, deployment_);
}

void ExpireCertificateAction::apply(World& world, std::uint32_t cause) const {
  if (const auto id = target_.component(world)) world.component(*id).begin_expiry(cause);
}

void ExpireCertificateAction::undo(World& world, std::uint32_t cause) const {
  if (const auto id = target_.component(world)) world.component(*id).end_expiry(cause);
}

void LinkAction::change(World& world, std::uint32_t cause, const std::string& from,
                        const std::string& to) const {
  const auto links = world.geography().links_between(from, to);
  if (!links.empty()) {
    sim::Impairment trouble;
    trouble.cut = change_.cut;
    trouble.extra_latency = change_.delay;
    trouble.loss = change_.loss;
    world.impair(cause, links, trouble);
    return;
  }
  const Component* caller = world.find(from);
  const Component* callee = world.find(to);
  // Between places without a link of their own nothing passes that could be troubled.
  if (caller == nullptr || callee == nullptr) return;
  world.edge(caller->id(), callee->id()).change(cause, change_);
}

void LinkAction::apply(World& world, std::uint32_t cause) const {
  change(world, cause, from_, to_);
  if (both_ways_) change(world, cause, to_, from_);
}

void LinkAction::undo(World& world, std::uint32_t cause) const {
  world.heal(cause);
  const Component* from = world.find(from_);
  const Component* to = world.find(to_);
  if (from == nullptr || to == nullptr) return;
  world.edge(from->id(), to->id()).undo(cause);
  world.edge(to->id(), from->id()).undo(cause);
}

void LoadAction::scale(World& world, std::uint32_t cause, std::optional<double> factor) const {
  for (ComponentId id = 0; id < world.component_count(); ++id) {
    Component& component = world.component(id);
    if (component.offers_load() && (!workload_ || component.name() == *workload_)) {
      component.scale_load(world, cause, factor);
    }
  }
}

void LoadAction::apply(World& world, std::uint32_t cause) const { scale(world, cause, factor_); }

void LoadAction::undo(World& world, std::uint32_t cause) const {
  scale(world, cause, std::nullopt);
}

void SetAction::set(World& world, const MakeFields& make) const {
  Component* component = world.find(component_);
  const auto fields = make();
  component->describe(*fields);
  component->changed(world, parameter_);
}

void SetAction::apply(World& world, std::uint32_t) const { set(world, assign_); }
void SetAction::undo(World& world, std::uint32_t) const { set(world, restore_); }

}  // namespace faultline::models
