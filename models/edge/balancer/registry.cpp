// Which backends there are, as far as a balancer has been told, and how new ones begin.
#include "models/edge/balancer/kinds.h"
#include "models/edge/balancer/load_balancer.h"

namespace faultline::models {

void LoadBalancer::neighbour_changed(World& world, ComponentId, ReplicaIndex backend) {
  const Replica& replica = world.component(backends_).replicas()[backend];
  if (replica.member != member_[backend]) {
    replica.member ? join(world, backend) : leave(world, backend);
  }
  if (settings.registry) {
    const bool listed = replica.state == Lifecycle::up;
    world.schedule(
        settings.registry->delay,
        {.a = backend, .b = listed ? 1U : 0U, .target = id(), .kind = balancer::kind_known});
  }
  // The process is gone, and its host says so, or a new one does to whoever knew the old.
  const bool resets = (replica.state == Lifecycle::down && !replica.silent) ||
                      replica.state == Lifecycle::starting || replica.state == Lifecycle::absent;
  if (!settings.connections || !resets) return;
  for (View& view : views_) {
    for (const Connections::Key& key : view.connections.all_to(backend)) close(world, view, key);
  }
}

// Nothing is known of it yet.
void LoadBalancer::join(World& world, ReplicaIndex backend) {
  member_[backend] = true;
  ++members_;
  healthy_.add(world.now(), static_cast<std::int64_t>(views_.size()));
  if (settings.registry) return;
  for (View& view : views_) begin_slowly(world, view.backends[backend]);
}

// What it still has stays with it; what was believed of it is forgotten.
void LoadBalancer::leave(World& world, ReplicaIndex index) {
  member_[index] = false;
  --members_;
  for (View& view : views_) {
    Backend& backend = view.backends[index];
    if (!backend.health.up()) unhealthy_.add(world.now(), -1);
    if (backend.ejection.ejected()) ejected_.add(world.now(), -1);
    if (backend.well()) healthy_.add(world.now(), -1);
    Backend stranger;
    stranger.outstanding = backend.outstanding;
    stranger.connections = backend.connections;
    backend = stranger;
  }
}

void LoadBalancer::list(World& world, ReplicaIndex backend, bool listed) {
  if (listed_[backend] == listed) return;
  listed_[backend] = listed;
  if (!listed) return;
  for (View& view : views_) begin_slowly(world, view.backends[backend]);
}

void LoadBalancer::begin_slowly(World& world, Backend& backend) const {
  if (settings.slow_start) backend.new_since = world.now();
}

}  // namespace faultline::models
