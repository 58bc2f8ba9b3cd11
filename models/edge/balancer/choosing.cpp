// Who gets a request.
#include <algorithm>
#include <limits>

#include "models/edge/balancer/kinds.h"
#include "models/edge/balancer/load_balancer.h"

namespace faultline::models {

inline bool LoadBalancer::known(const World& world, ReplicaIndex backend) const {
  if (settings.registry) return listed_[backend];
  return member_[backend] &&
         world.component(backends_).replicas()[backend].state != Lifecycle::draining;
}

inline bool LoadBalancer::eligible(const World& world, const View& view,
                                   ReplicaIndex backend) const {
  return (view.backends[backend].well() || view.panics) && known(world, backend) &&
         (weights_.empty() || weights_[backend] > 0) && view.avoided != backend &&
         (shard_.empty() || shard_[backend]);
}

// When most backends seem to be dead, sending them nothing would kill the rest.
bool LoadBalancer::must_panic(const World& world, const View& view) const {
  std::uint32_t present = 0;
  std::uint32_t well = 0;
  for (ReplicaIndex i = 0; i < view.backends.size(); ++i) {
    if (!known(world, i)) continue;
    ++present;
    if (view.backends[i].well()) ++well;
  }
  return well < settings.panic_below * present;
}

double LoadBalancer::weight_of(const World& world, const View& view, ReplicaIndex backend) const {
  const double weight = weights_.empty() ? 1 : weights_[backend];
  const auto& new_since = view.backends[backend].new_since;
  if (!settings.slow_start || !new_since) return weight;
  const auto age = static_cast<double>((world.now() - *new_since).ns);
  const double share = age / static_cast<double>(settings.slow_start->window.ns);
  return weight * std::clamp(share, settings.slow_start->floor, 1.0);
}

std::uint32_t LoadBalancer::load_of(const View& view, ReplicaIndex backend) const {
  if (settings.figures_every) return figures_[backend];
  const Backend& known = view.backends[backend];
  return settings.connections ? known.connections : known.outstanding;
}

// One more than it holds, for its weight: what each request there would have to share it with. Of a
// backend never heard from, nothing is known but that one request is on its way to find out.
double LoadBalancer::score(const World& world, const View& view, ReplicaIndex backend) const {
  const double load = load_of(view, backend) + 1.0;
  if (settings.policy != LoadBalancerSettings::Policy::least_response_time) {
    return load / weight_of(world, view, backend);
  }
  const auto took =
      view.backends[backend].response_time.at(world.now(), settings.response_time_memory);
  if (took) return *took * load / weight_of(world, view, backend);
  return load == 1 ? 0 : std::numeric_limits<double>::max() / 0x1p64 * load;
}

std::optional<ReplicaIndex> LoadBalancer::choose(World& world, View& view, const Attempt& attempt) {
  using Policy = LoadBalancerSettings::Policy;
  if (settings.sharding) {
    find_shard(*settings.sharding, salt(), attempt.request.user, member_, shard_);
  }
  if (settings.panic_below > 0) {
    view.panics = must_panic(world, view);
    if (view.panics) ++panicked_;
  }
  switch (settings.policy) {
    case Policy::round_robin:
      return settings.slow_start ? next_by_weight(world, view) : next_in_turn(world, view);
    case Policy::weighted:
      return next_by_weight(world, view);
    case Policy::random:
      return drawn(world, view, attempt);
    case Policy::least_connections:
    case Policy::least_response_time:
      return best(world, view);
    case Policy::power_of_two:
      return better_of_two(world, view, attempt);
    case Policy::consistent_hash:
      return by_hash(world, view, attempt);
  }
  return std::nullopt;
}

inline std::optional<ReplicaIndex> LoadBalancer::next_in_turn(const World& world,
                                                              View& view) const {
  const auto count = static_cast<ReplicaIndex>(view.backends.size());
  for (ReplicaIndex i = 0; i < count; ++i) {
    const ReplicaIndex candidate = view.turn;
    view.turn = static_cast<ReplicaIndex>(view.turn + 1 == count ? 0 : view.turn + 1);
    if (eligible(world, view, candidate)) return candidate;
  }
  return std::nullopt;
}

// Every request credits each backend with its weight; the one with the most credit gets it and pays
// the sum of all: turns in proportion to the weights, as far apart as can be (nginx).
std::optional<ReplicaIndex> LoadBalancer::next_by_weight(const World& world, View& view) const {
  std::optional<ReplicaIndex> most;
  double total = 0;
  for (ReplicaIndex i = 0; i < view.backends.size(); ++i) {
    if (!eligible(world, view, i)) continue;
    const double weight = weight_of(world, view, i);
    view.backends[i].credit += weight;
    total += weight;
    if (!most || view.backends[i].credit > view.backends[*most].credit) most = i;
  }
  if (most) view.backends[*most].credit -= total;
  return most;
}

// The first in turn among those with the lowest score.
std::optional<ReplicaIndex> LoadBalancer::best(const World& world, View& view) const {
  const auto count = static_cast<ReplicaIndex>(view.backends.size());
  std::optional<ReplicaIndex> best;
  double lowest = 0;
  for (ReplicaIndex i = 0; i < count; ++i) {
    const auto candidate = static_cast<ReplicaIndex>((view.turn + i) % count);
    if (!eligible(world, view, candidate)) continue;
    const double its = score(world, view, candidate);
    if (best && its >= lowest) continue;
    best = candidate;
    lowest = its;
  }
  if (best) view.turn = static_cast<ReplicaIndex>((*best + 1) % count);
  return best;
}

void LoadBalancer::find_candidates(const World& world, const View& view) {
  candidates_.clear();
  for (ReplicaIndex i = 0; i < view.backends.size(); ++i) {
    if (eligible(world, view, i)) candidates_.push_back(i);
  }
}

std::optional<ReplicaIndex> LoadBalancer::drawn(const World& world, const View& view,
                                                const Attempt& attempt) {
  find_candidates(world, view);
  if (candidates_.empty()) return std::nullopt;
  sim::Draw draw = world.luck_of(attempt, *this, balancer::choice_draw).draw();
  if (weights_.empty() && !settings.slow_start) return candidates_[draw.below(candidates_.size())];
  double total = 0;
  for (const ReplicaIndex candidate : candidates_) total += weight_of(world, view, candidate);
  double left = draw.uniform() * total;
  for (const ReplicaIndex candidate : candidates_) {
    left -= weight_of(world, view, candidate);
    if (left < 0) return candidate;
  }
  return candidates_.back();  // rounding
}

std::optional<ReplicaIndex> LoadBalancer::better_of_two(const World& world, const View& view,
                                                        const Attempt& attempt) {
  find_candidates(world, view);
  const std::size_t count = candidates_.size();
  if (count == 0) return std::nullopt;
  sim::Draw draw = world.luck_of(attempt, *this, balancer::choice_draw).draw();
  const std::size_t first = draw.below(count);
  if (count == 1) return candidates_[first];
  std::size_t second = draw.below(count - 1);
  if (second >= first) ++second;
  const ReplicaIndex a = candidates_[first];
  const ReplicaIndex b = candidates_[second];
  return score(world, view, b) < score(world, view, a) ? b : a;
}

std::optional<ReplicaIndex> LoadBalancer::by_hash(const World& world, const View& view,
                                                  const Attempt& attempt) const {
  const bool by_user = settings.hash_by == LoadBalancerSettings::HashBy::user;
  const auto may = [&](ReplicaIndex backend) { return eligible(world, view, backend); };
  const ReplicaIndex owner = ring_.owner(by_user ? attempt.request.user : attempt.key, may);
  if (may(owner)) return owner;
  return std::nullopt;
}

void LoadBalancer::begin_figures(World& world) {
  figures_.resize(views_.front().backends.size());
  const auto every = static_cast<std::uint64_t>(settings.figures_every->ns);
  sim::Draw draw = world.luck().with(salt()).with(balancer::figures_draw).draw();
  const sim::Duration offset{static_cast<std::int64_t>(draw.below(every))};
  world.schedule(offset, {.target = id(), .kind = balancer::kind_figures});
}

// What the backends hold, whoever sent it, as they tell all balancers at once.
void LoadBalancer::refresh_figures(World& world) {
  figures_.assign(figures_.size(), 0);
  world.for_each_attempt([&](sim::Handle, const Attempt& attempt) {
    const bool at_a_backend = attempt.stage == Stage::held && attempt.callee == backends_ &&
                              attempt.operation != Operation::health_check;
    if (at_a_backend) ++figures_[attempt.to];
  });
  world.schedule(*settings.figures_every, {.target = id(), .kind = balancer::kind_figures});
}

}  // namespace faultline::models
