// What each server believes of each address, by checks of its own.
#include "models/edge/dns/dns.h"
#include "models/edge/dns/kinds.h"

namespace faultline::models {

using namespace dns;

void Dns::begin_checks(World& world) {
  if (!settings.health_check) return;
  beliefs_.assign(replicas().size(), std::vector<HealthBelief>(book_.size()));
  const auto interval = static_cast<std::uint64_t>(settings.health_check->interval.ns);
  for (std::uint32_t server = 0; server < replicas().size(); ++server) {
    for (std::uint32_t address = 0; address < book_.size(); ++address) {
      sim::Draw draw = world.luck().with(salt()).with(offset_draw).with(server).draw(address);
      const sim::Duration offset{static_cast<std::int64_t>(draw.below(interval))};
      world.schedule(offset, {.a = server, .b = address, .target = id(), .kind = kind_check});
    }
  }
}

void Dns::check(World& world, const sim::Event& event) {
  world.schedule(settings.health_check->interval, event);
  const auto server = static_cast<ReplicaIndex>(event.a);
  if (!replicas()[server].serves()) return;
  HealthBelief& belief = beliefs_[server][event.b];
  if (book_.is_vacant(world, static_cast<AddressIndex>(event.b))) {
    if (!belief.up()) unhealthy_.add(world.now(), -1);
    belief = {};
    return;
  }
  const Destination& destination = book_.destination(static_cast<AddressIndex>(event.b));
  Attempt& call = world.prepare(check_sites_.at(destination.component), server);
  call.operation = Operation::health_check;
  call.cookie = {event.b, 1};
  if (destination.replica) call.send_to(*destination.replica);
  call.luck = world.luck().with(salt()).with(check_draw).with(checks_++);
  world.begin(call);
}

void Dns::answered(World& world, const Attempt& attempt) {
  const bool good = attempt.outcome.ok();
  if (!good) ++failed_checks_;
  HealthBelief& belief = beliefs_[attempt.from][attempt.cookie.slot];
  if (belief.learn(good, *settings.health_check)) unhealthy_.add(world.now(), good ? -1 : 1);
}

// A new process knows nothing of what the old one saw.
void Dns::lost_work(World& world, ReplicaIndex server) {
  if (beliefs_.empty()) return;
  for (HealthBelief& belief : beliefs_[server]) {
    if (!belief.up()) unhealthy_.add(world.now(), -1);
    belief = {};
  }
}

}  // namespace faultline::models
