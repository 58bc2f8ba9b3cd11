#include "models/service/health.h"

#include "models/service/service.h"
#include "models/world.h"
#include "sim/check.h"

namespace faultline::models {

void HealthNeed::describe(Fields& fields) {
  fields.name({"read", "A database, cache or store that is read."}, Reference::component, read);
  fields.name({"call", "A service that is asked for `endpoint`."}, Reference::component, call);
  fields.text({"endpoint", "Of `call`, which needs it."}, endpoint);
  fields.duration({"timeout", "Without an answer for so long, the check has failed."}, timeout,
                  sim::Duration{1});
  if (read.empty() == call.empty()) fields.reject("", "exactly one of read and call");
  if (call.empty() && !endpoint.empty()) fields.reject("endpoint", "goes with `call`");
  if (!call.empty() && endpoint.empty()) fields.reject("", "`call` needs an `endpoint`");
}

CallPolicy HealthNeed::policy() const {
  CallPolicy policy;
  policy.timeout = timeout;
  return policy;
}

void HealthSettings::describe(Fields& fields) {
  fields.count({"backlog", "It is well while no more than so many requests wait at the replica."},
               backlog);
  fields.count({"in-system", "It is well while no more than so many are at the replica at all."},
               in_system);
  fields.ratio({"heap-above", "It is not well while more than this share of its heap is live."},
               heap_above);
  fields.nested_list({"needs",
                      "What the check calls, each time and for real; the replica is well only if "
                      "all of them answer well."},
                     "health-need", needs);
}

sim::Handle HealthChecks::begin(sim::Handle check, ReplicaIndex replica) {
  const auto [handle, pending] = pending_.acquire();
  pending = {
      .check = check, .replica = replica, .waits_for = static_cast<std::uint32_t>(needs_.size())};
  return handle;
}

std::optional<HealthChecks::Pending> HealthChecks::learn(sim::Handle handle, bool good) {
  Pending* pending = pending_.find(handle);
  if (pending == nullptr) return std::nullopt;
  pending->good = pending->good && good;
  if (--pending->waits_for > 0) return std::nullopt;
  const Pending done = *pending;
  pending_.release(handle);
  return done;
}

void HealthChecks::lose(ReplicaIndex replica) {
  pending_.for_each([&](sim::Handle handle, const Pending& pending) {
    if (pending.replica == replica) pending_.release(handle);
  });
}

std::optional<Status> Service::check_health(World& world, Attempt& check) {
  if (stands_still(check)) return std::nullopt;
  if (!settings.health) return Status::ok;
  const HealthSettings& health = *settings.health;
  const ReplicaIndex replica = check.to;
  const bool too_many_wait = health.backlog && stations_[replica].waiting() > *health.backlog;
  const bool too_many = health.in_system && present_[replica] > *health.in_system;
  const bool too_full = health.heap_above && !processes_.empty() && processes_[replica].heap &&
                        processes_[replica].heap->occupied() > *health.heap_above;
  if (too_many_wait || too_many || too_full) return Status::rejected;
  if (health.needs.empty()) return Status::ok;
  const sim::Handle asked = check.self;
  const sim::Handle pending = checks_->begin(asked, replica);
  for (std::size_t i = 0; i < health.needs.size(); ++i) {
    const HealthChecks::Asked& need = checks_->needs()[i];
    Attempt& call = world.prepare(need.site, replica, world.attempt(asked));
    call.cookie = pending;
    call.operation = health.needs[i].read.empty() ? Operation::serve : Operation::read;
    call.endpoint = need.endpoint;
    call.luck = call.luck.with(salt() + i);
    world.begin(call);
  }
  return std::nullopt;
}

void Service::answer_check(World& world, const Attempt& asked) {
  const auto done = checks_->learn(asked.cookie, asked.outcome.ok());
  if (done) world.answer_check(done->check, done->good ? Status::ok : Status::failed);
}

}  // namespace faultline::models
