#include "models/world.h"

#include <algorithm>
#include <limits>

#include "models/random_fault.h"
#include "models/timeline.h"
#include "sim/check.h"

namespace faultline::models {

World::World(std::uint64_t seed, Geography geography)
    : Simulation(seed), geography_(std::move(geography)) {}

World::World(const World& other)
    : Simulation(other),
      geography_(other.geography_),
      actions_(other.actions_),
      faults_(other.faults_),
      endpoints_(other.endpoints_),
      call_sites_(other.call_sites_),
      watchers_(other.watchers_),
      edges_(other.edges_),
      attempts_(other.attempts_),
      connections_(other.connections_),
      impairments_(other.impairments_),
      struck_(other.struck_),
      warmup_(other.warmup_),
      request_limit_(other.request_limit_),
      decided_count_(other.decided_count_),
      outcome_digest_(other.outcome_digest_) {
  components_.reserve(other.components_.size());
  for (const auto& component : other.components_) components_.push_back(component->clone());
}

World::~World() = default;

ComponentId World::add(std::unique_ptr<Component> component) {
  CHECK(components_.size() < std::numeric_limits<ComponentId>::max());
  CHECK(components_.empty() || components_.back()->name() < component->name());
  const auto id = static_cast<ComponentId>(components_.size());
  component->id_ = id;
  components_.push_back(std::move(component));
  return id;
}

void World::add_action(std::shared_ptr<const Action> action) {
  actions_.push_back(std::move(action));
}

void World::add_fault(RandomFault fault) { faults_.push_back(std::move(fault)); }

CallSiteId World::add_call_site(const Component& caller, std::string_view callee,
                                const CallPolicy& policy) {
  const Component* target = find(callee);
  CHECK(target != nullptr);
  CallSite site;
  site.caller = caller.id();
  site.callee = target->id();
  site.callee_is_name = target->is_name();
  site.policy = policy;
  if (policy.retries && policy.retries->budget) site.budget.emplace(*policy.retries->budget);
  if (policy.hedge) site.hedge.emplace(*policy.hedge);
  if (policy.connection) site.pool.emplace(*policy.connection);
  site.salt = sim::mix64(caller.salt() * 31 + target->salt());
  call_sites_.push_back(std::move(site));
  return static_cast<CallSiteId>(call_sites_.size() - 1);
}

EndpointId World::intern_endpoint(std::string_view name) {
  const auto found = std::find(endpoints_.begin(), endpoints_.end(), name);
  const auto id = static_cast<EndpointId>(found - endpoints_.begin());
  if (found == endpoints_.end()) endpoints_.emplace_back(name);
  return id;
}

void World::start() {
  const std::size_t count = components_.size();
  edges_.resize(count * count);
  for (std::size_t from = 0; from < count; ++from) {
    for (std::size_t to = 0; to < count; ++to) {
      Edge& edge = edges_[from * count + to];
      edge.from = static_cast<ComponentId>(from);
      edge.to = static_cast<ComponentId>(to);
      edge.line = geography_.line(components_[from]->name(), components_[to]->name());
    }
  }
  for (const auto& component : components_) component->bind(*this);
  for (CallSite& site : call_sites_) {
    if (!site.policy.guarded()) continue;
    const std::size_t callers = components_[site.caller]->replicas().size();
    site.guards.assign(std::max<std::size_t>(1, callers),
                       Guard(site.policy.bulkhead, site.policy.breaker));
  }
  for (const RandomFault& fault : faults_) {
    for (auto& action : fault.actions(*this)) add_action(std::move(action));
  }
  for (std::uint32_t i = 0; i < actions_.size(); ++i) put_on_timeline(i);
  for (const auto& component : components_) component->start(*this);
}

void World::befall(std::shared_ptr<const Action> action) {
  add_action(std::move(action));
  put_on_timeline(static_cast<std::uint32_t>(actions_.size() - 1));
}

void World::put_on_timeline(std::uint32_t index) {
  const Action& action = *actions_[index];
  if (action.recurs) return schedule_turn(index, 0);
  inject(action.at, {.a = index, .kind = kind_act});
  if (action.lasts) inject(action.at + *action.lasts, {.a = index, .b = 1, .kind = kind_act});
}

void World::act(const sim::Event& event) {
  const Action& action = *actions_[event.a];
  const bool undo = event.b % 2 != 0;
  if (undo) {
    action.undo(*this, event.a);
  } else {
    action.apply(*this, event.a);
  }
  tell([&](Observer& o) { o.acted(event.a, undo, now()); });
  if (action.recurs) schedule_turn(event.a, event.b + 1);
}

void World::schedule_turn(std::uint32_t action, std::uint32_t turn) {
  const sim::Duration left = sim::Time::max() - now();
  const sim::Duration wait = std::min(actions_[action]->recurs->before_turn(turn), left);
  inject(now() + wait, {.a = action, .b = turn, .kind = kind_act});
}

Component* World::find(std::string_view name) {
  const auto found = std::find_if(components_.begin(), components_.end(),
                                  [&](const auto& c) { return c->name() == name; });
  return found == components_.end() ? nullptr : found->get();
}

const Component* World::find(std::string_view name) const {
  return const_cast<World*>(this)->find(name);
}

void World::tell_watchers(ComponentId watched, ReplicaIndex replica) {
  const auto [first, last] = watchers_.equal_range(watched);
  for (auto i = first; i != last; ++i) {
    components_[i->second]->neighbour_changed(*this, watched, replica);
  }
}

void World::at_mark(sim::Time at) {
  if (mark_listener_) mark_listener_(*this, at);
}

void World::close_window(sim::Time begin, sim::Time end) {
  if (window_listener_) window_listener_(*this, begin, end);
}

std::uint64_t World::live_records() const {
  std::uint64_t records = Simulation::live_records() + attempts_.live() + connections_.live();
  for (const auto& component : components_) records += component->live_records();
  return records;
}

sim::Duration World::distance(PlaceId from, PlaceId to) {
  return geography_.network().route(from, to).mean_latency;
}

void World::decided(const Request& request, ComponentId by, const Outcome& outcome) {
  outcome_digest_ = sim::mix64(outcome_digest_ ^ (request.id * sim::golden_gamma));
  outcome_digest_ = sim::mix64(outcome_digest_ ^ (static_cast<std::uint64_t>(now().ns) * 8 +
                                                  static_cast<std::uint64_t>(outcome.status)));
  tell([&](Observer& o) { o.decided(request, by, outcome, now()); });
  if (++decided_count_ == request_limit_) stop();
}

void World::impair(std::uint32_t cause, std::vector<sim::LinkId> links,
                   const sim::Impairment& what) {
  impairments_.emplace(cause, geography_.network().impair(std::move(links), what));
}

void World::isolate(std::uint32_t cause, PlaceId place) {
  impairments_.emplace(cause, geography_.network().isolate(place));
}

void World::heal(std::uint32_t cause) {
  const auto [first, last] = impairments_.equal_range(cause);
  for (auto i = first; i != last; ++i) geography_.network().heal(i->second);
  impairments_.erase(first, last);
}

sim::Snapshot World::snapshot(ComponentId component) const {
  sim::Snapshot snapshot(now());
  components_[component]->measure(*this, snapshot);
  return snapshot;
}

}  // namespace faultline::models
