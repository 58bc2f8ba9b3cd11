#include "models/edge/dns/address_book.h"

#include <algorithm>

#include "models/world.h"
#include "sim/check.h"

namespace faultline::models {
namespace {

sim::Duration distance(World& world, PlaceId from, PlaceId to) {
  const sim::Route route = world.geography().network().route(from, to);
  return route.reachable ? route.mean_latency : sim::Duration::max();
}

sim::Duration distance(World& world, PlaceId from, const Destination& to) {
  const std::vector<Replica>& replicas = world.component(to.component).replicas();
  if (to.replica) return distance(world, from, replicas[*to.replica].place);
  sim::Duration least = sim::Duration::max();
  for (const Replica& replica : replicas) {
    least = std::min(least, distance(world, from, replica.place));
  }
  return least;
}

}  // namespace

void AddressBook::fill(World& world, const DnsSettings& settings) {
  for (const std::string& name : settings.components()) {
    const Component& component = *world.find(name);
    if (!settings.each_replica) addresses_.push_back({.leads_to = {component.id(), {}}});
    for (ReplicaIndex r = 0; settings.each_replica && r < component.replicas().size(); ++r) {
      addresses_.push_back({.leads_to = {component.id(), r}});
    }
  }
  weigh(world, settings);
  if (settings.policy != DnsPolicy::geo) return;
  distances_.resize(world.geography().network().place_count());
  for (const auto* places : {&world.geography().zones(), &world.geography().homes()}) {
    for (const PlaceId place : *places) {
      for (const Entry& entry : addresses_) {
        distances_[place.index].push_back(distance(world, place, entry.leads_to));
      }
    }
  }
}

// The replicas of a component share its weight.
void AddressBook::weigh(const World& world, const DnsSettings& settings) {
  if (settings.weights.empty()) return;
  for (Entry& entry : addresses_) {
    const Component& component = world.component(entry.leads_to.component);
    const double shared_by =
        settings.each_replica ? static_cast<double>(component.replicas().size()) : 1;
    entry.weight = settings.weights.at(component.name()) / shared_by;
  }
}

bool AddressBook::alive(const World& world, const Destination& destination) const {
  const std::vector<Replica>& replicas = world.component(destination.component).replicas();
  if (destination.replica) return replicas[*destination.replica].serves();
  return std::any_of(replicas.begin(), replicas.end(), [](const Replica& r) { return r.serves(); });
}

bool AddressBook::is_vacant(const World& world, AddressIndex address) const {
  const Destination& destination = addresses_[address].leads_to;
  return destination.replica &&
         !world.component(destination.component).replicas()[*destination.replica].member;
}

AddressList AddressBook::candidates(const World& world, DnsPolicy policy,
                                    const std::vector<HealthBelief>& beliefs) const {
  AddressList all;
  AddressList members;
  AddressList well;
  for (AddressIndex i = 0; i < addresses_.size(); ++i) {
    if (policy == DnsPolicy::weighted && addresses_[i].weight <= 0) continue;
    all.push_back(i);
    if (is_vacant(world, i)) continue;
    members.push_back(i);
    if (beliefs.empty() || beliefs[i].up()) well.push_back(i);
  }
  if (!well.empty()) return well;
  return members.empty() ? all : members;
}

AddressList AddressBook::answer(const World& world, DnsPolicy policy,
                                const std::vector<HealthBelief>& beliefs,
                                const Question& question) const {
  AddressList among = candidates(world, policy, beliefs);
  switch (policy) {
    case DnsPolicy::weighted:
      return {drawn(among, question.luck.draw())};
    case DnsPolicy::geo:
      return {nearest(among, question.from)};
    case DnsPolicy::round_robin: {
      const auto first = static_cast<std::ptrdiff_t>(question.turn % among.size());
      std::rotate(among.begin(), among.begin() + first, among.end());
      return among;
    }
    case DnsPolicy::simple:
    case DnsPolicy::failover:
      break;
  }
  return {among.front()};
}

AddressIndex AddressBook::drawn(const AddressList& among, sim::Draw draw) const {
  double total = 0;
  for (const AddressIndex address : among) total += addresses_[address].weight;
  const double u = draw.uniform() * total;
  double sum = 0;
  for (const AddressIndex address : among) {
    sum += addresses_[address].weight;
    if (u < sum) return address;
  }
  return among.back();
}

AddressIndex AddressBook::nearest(const AddressList& among, PlaceId to) const {
  const std::vector<sim::Duration>& far = distances_[to.index];
  return *std::min_element(among.begin(), among.end(),
                           [&](AddressIndex a, AddressIndex b) { return far[a] < far[b]; });
}

}  // namespace faultline::models
