// What a service refuses because it is asked too often: its settings, its counts, its part in a
// request, and how its replicas tell a store of what they let through.
#include "models/service/limiting.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "models/service/service.h"
#include "models/world.h"

namespace faultline::models {
namespace {

constexpr std::array<std::string_view, 2> per_words = {"everyone", "user"};
constexpr std::uint64_t sync_offset_draw = sim::salt_of("rate limit sync offset");
constexpr std::uint64_t sync_draw = sim::salt_of("rate limit sync");
constexpr std::uint64_t workload_bits = ~std::uint64_t{0} << 48;  // of a request's id

// Users of different workloads are different people.
std::uint64_t user_of(const Request& request) {
  return sim::mix64(request.user) ^ (request.id & workload_bits);
}

std::uint32_t milliseconds_rounded_up(sim::Duration wait) {
  constexpr std::int64_t ms = 1'000'000;
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min((wait.ns + ms - 1) / ms, most));
}

}  // namespace

void LimitStoreSettings::describe(Fields& fields) {
  fields.name({"name", "A cache, database or service that keeps the counts of all replicas.", true},
              Reference::component, name);
  fields.duration({"sync", "From one update of a replica to its next."}, sync,
                  sim::Duration::from_seconds(0.001));
  fields.nested({"call", "How patient and stubborn replicas are with it."}, "call", call);
}

void LimitingSettings::describe(Fields& fields) {
  limit.describe(fields);
  fields.choice_of({"per", "Whose requests are counted together."}, per_words, per);
  fields.flag({"retry-after", "Whether a refusal says when there will be room."}, retry_after);
  fields.nested({"store",
                 "Where replicas add up what they let through; absent: each counts for itself, so "
                 "that n of them let n times `rate` through."},
                "limit-store", store);
}

sim::Duration Limiting::ask(sim::Time now, ReplicaIndex replica, std::uint64_t key) {
  Member& member = members_[replica];
  const sim::Duration wait = member.view.wait(now, key);
  if (wait.ns > 0) return wait;
  member.view.take(now, key);
  if (shared_) member.untold.take(now, key);
  return {};
}

bool Limiting::begin_sync(ReplicaIndex replica) {
  Member& member = members_[replica];
  if (member.tells) return false;
  member.tells = true;
  std::swap(member.telling, member.untold);  // which is empty
  return true;
}

void Limiting::end_sync(sim::Time now, ReplicaIndex replica, bool well) {
  Member& member = members_[replica];
  member.tells = false;
  if (well) {
    totals_.add(now, member.telling);
    for (const auto& [key, taken] : member.telling.by_key()) changed_.push_back(key);
    changes_ += member.telling.by_key().size();
    while (changed_.size() > 64 + 2 * totals_.keys()) changed_.pop_front();
    hear_totals(now, member);
    member.told = now;
  } else {
    member.untold.add(now, member.telling);
    member.untold.keep_missing(now, member.view);
  }
  member.telling.clear();
}

// What has changed since it heard last, or, if that is too much to remember, all there is.
void Limiting::hear_totals(sim::Time now, Member& member) {
  const std::uint64_t missed = changes_ - member.heard;
  member.heard = changes_;
  if (missed > changed_.size()) {
    member.view = totals_;
  } else {
    const auto first = changed_.end() - static_cast<std::ptrdiff_t>(missed);
    for (auto key = first; key != changed_.end(); ++key) member.view.believe(now, totals_, *key);
  }
  for (const auto& [key, taken] : member.untold.by_key()) member.view.believe(now, totals_, key);
  member.view.add(now, member.untold);
}

void Limiting::change(sim::Time now, const RateLimitSettings& limit) {
  totals_.change(now, limit);
  for (Member& member : members_) member.view.change(now, limit);
  as_new_ = Member(limit);
}

void Service::bind_limit(World& world) {
  if (!settings.rate_limit) return;
  limiting_.emplace(*settings.rate_limit, replicas_.size());
  const auto& store = settings.rate_limit->store;
  if (store) limit_site_ = world.add_call_site(*this, store->name, store->call);
}

void Service::begin_syncs(World& world) {
  if (!settings.rate_limit || !settings.rate_limit->store) return;
  const auto interval = static_cast<std::uint64_t>(settings.rate_limit->store->sync.ns);
  const sim::Luck luck = world.luck().with(salt()).with(sync_offset_draw);
  for (std::uint32_t i = 0; i < replicas_.size(); ++i) {
    sim::Draw draw = luck.draw(i);
    world.schedule(sim::Duration{static_cast<std::int64_t>(draw.below(interval))},
                   {.a = i, .target = id(), .kind = kind_sync});
  }
}

// True when it is asked too often and has said so.
bool Service::throttle(World& world, Attempt& attempt) {
  if (!attempt.request) return false;  // nobody's
  const LimitingSettings& limit = *settings.rate_limit;
  if (limit.store) {
    limit_view_age_.record(limiting_->age_of_view(world.now(), attempt.to).ns);
  }
  const bool counts_users = limit.per == LimitingSettings::Per::user;
  const std::uint64_t key = counts_users ? user_of(attempt.request) : 0;
  const sim::Duration wait = limiting_->ask(world.now(), attempt.to, key);
  if (wait.ns == 0) return false;
  ++throttled_;
  owe_refusal(world.now(), attempt.to);
  Outcome refusal{.status = Status::throttled};
  if (limit.retry_after) refusal.retry_after_ms = milliseconds_rounded_up(wait);
  world.reply(attempt, refusal);
  return true;
}

void Service::sync(World& world, ReplicaIndex replica) {
  world.schedule(settings.rate_limit->store->sync,
                 {.a = replica, .target = id(), .kind = kind_sync});
  if (!replicas_[replica].serves() || !limiting_->begin_sync(replica)) return;
  Attempt& call = world.prepare(limit_site_, replica);
  const Component& store = world.component(world.call_site(limit_site_).callee);
  call.operation = store.endpoints() ? Operation::serve : Operation::write;
  call.key = salt();
  call.luck = world.luck().with(salt()).with(sync_draw).with(replica).with(limit_syncs_++);
  world.begin(call);
}

void Service::end_sync(const World& world, const Attempt& attempt) {
  const bool well = attempt.outcome.ok();
  if (!well) ++limit_syncs_failed_;
  limiting_->end_sync(world.now(), attempt.from, well);
}

void Service::check_limit_store(const World& world, std::vector<Misfit>& misfits) const {
  if (!settings.rate_limit || !settings.rate_limit->store) return;
  const Component* store = world.find(settings.rate_limit->store->name);
  const auto reject = [&](const char* message) {
    misfits.push_back({"rate-limit/store/name", message});
  };
  if (store == this) return reject("expected another component: a service cannot be its own store");
  const auto types = {"cache", "database", "service"};
  if (std::find(types.begin(), types.end(), store->type()) == types.end()) {
    return reject("expected a cache, a database or a service");
  }
  const auto endpoints = store->endpoints();
  const bool does_anything =
      !endpoints || std::find(endpoints->begin(), endpoints->end(), "*") != endpoints->end();
  if (!does_anything) reject("a service that keeps counts needs an endpoint `*`");
}

}  // namespace faultline::models
