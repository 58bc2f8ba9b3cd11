#include "models/service/service.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "models/world.h"

namespace faultline::models {
namespace {

constexpr std::uint64_t sampling_draw = sim::salt_of("sampling");

std::uint32_t bytes_of(const sim::Distribution& law, const World& world, const Attempt& attempt,
                       const Component& component, std::uint32_t step) {
  if (const auto fixed = law.constant_value()) return static_cast<std::uint32_t>(*fixed);
  sim::Draw draw = world.luck_of(attempt, component, step).draw();
  constexpr double limit = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min(law.sample(draw), limit));
}

// Whether a request is of a sample is decided once, whoever asks.
bool is_sampled(const Attempt& attempt, double share) {
  const sim::Luck luck = attempt.request ? attempt.request.luck : attempt.luck;
  return luck.draw(sampling_draw).uniform() < share;
}

constexpr Operation operation_of(Verb verb) {
  switch (verb) {
    case Verb::look_up:
    case Verb::read:
      return Operation::read;
    case Verb::fill:
      return Operation::store;
    case Verb::write:
      return Operation::write;
    case Verb::invalidate:
      return Operation::invalidate;
    case Verb::publish:
      return Operation::publish;
    default:
      return Operation::serve;
  }
}

}  // namespace

void Service::receive(World& world, Attempt& attempt) {
  const auto entry = attempt.operation == Operation::serve
                         ? program_->entry(attempt.endpoint, attempt.request.mobile)
                         : std::nullopt;
  if (!entry) return world.reply(attempt, {.status = Status::failed});
  if (limiting_ && throttle(world, attempt)) return;
  if (settings.shedding && !has_room_for(attempt)) {
    ++shed_;
    return refuse(world, attempt);
  }
  if (settings.executions && !may_execute(world, attempt)) return;
  if (settings.process) allocate(world, attempt.to);
  ++present_[attempt.to];
  const auto [started, frame] = frames_.acquire();
  frame.incoming = attempt.self;
  frame.at = *entry;
  frame.replica = attempt.to;
  frame.arrived = world.now();
  attempt.work = started;
  run(world, started);
}

// Tries of one call, and deliveries of one message, share the luck of whoever began it.
std::uint64_t Service::work_key(const Attempt& attempt) {
  return attempt.luck.with(attempt.endpoint).key;
}

bool Service::may_execute(World& world, Attempt& attempt) {
  const std::uint64_t key = work_key(attempt);
  executions_.forget_before(world.now() - settings.executions->window);
  if (!settings.executions->once) return true;
  const Executions::Known known = executions_.known(key);
  if (known == Executions::Known::nothing) {
    executions_.begin(key, attempt.to);
    return true;
  }
  ++skipped_;
  const bool done = known == Executions::Known::done;
  world.reply(attempt, {.status = done ? Status::ok : Status::failed});
  return false;
}

void Service::conclude(const World& world, const Attempt& attempt, bool well) {
  const std::uint64_t key = work_key(attempt);
  if (!well) return executions_.undo(key);
  ++executed_;
  if (executions_.known(key) == Executions::Known::done) ++repeated_;
  executions_.end(world.now(), key);
}

// Goes on with a frame until it has to wait for something, or ends.
void Service::run(World& world, sim::Handle handle) {
  Frame& frame = frames_[handle];
  for (;; ++frame.at) {
    const Instruction& step = program_->code[frame.at];
    switch (step.verb) {
      case Verb::acquire:
        return work(world, handle, frame, {});
      case Verb::compute: {
        sim::Draw draw = world.luck_of(world.attempt(frame.incoming), *this, step.step).draw();
        return work(world, handle, frame, step.law.sample_duration(draw));
      }
      case Verb::respond:
        frame.bytes = bytes_of(step.law, world, world.attempt(frame.incoming), *this, step.step);
        break;
      case Verb::sample:
        if (!is_sampled(world.attempt(frame.incoming), step.sampling)) frame.at = step.skip - 1;
        break;
      case Verb::recall:
      case Verb::remember:
      case Verb::forget:
        if (consult_memory(world, frame, step)) frame.at = step.skip - 1;
        break;
      case Verb::fork:
        return fork(world, handle, frame, step);
      case Verb::end:
        return finish(world, handle);
      default:
        send(world, handle, frame, step);
        if (step.wait) return;
    }
  }
}

void Service::work(World& world, sim::Handle handle, Frame& frame, sim::Duration demand) {
  frame.work = demand;
  frame.since = world.now();
  sim::Station& station = stations_[frame.replica];
  if (frame.has_worker) return station.extend(world, frame.job, demand);
  const Attempt& attempt = world.attempt(frame.incoming);
  const int priority = settings.discipline == sim::Discipline::priority && attempt.request
                           ? attempt.request.priority
                           : 0;
  const auto job = station.arrive(world, attempt.request.id, demand, handle, priority);
  if (job) {
    frame.job = *job;
    if (settings.shedding) wait(world, handle, frame);
    if (settings.process) contend(world, frame.replica);
  } else {
    owe_refusal(world.now(), frame.replica);
    frame.status = Status::rejected;
    finish(world, handle);
  }
}

void Service::on_event(World& world, const sim::Event& event) {
  if (event.kind == kind_warm) {
    if (replicas_[event.a].boots != event.b) return;
    cold_[event.a] = false;
    return speed_changed(world, static_cast<ReplicaIndex>(event.a));
  }
  if (event.kind == kind_evaluate) return evaluate(world);
  if (event.kind == kind_finished || event.kind == kind_drained) return end_drain(world, event);
  if (event.kind == kind_roll) {
    if (event.a == rollout_->number()) roll(world);
    return;
  }
  if (event.kind == kind_give_up) return give_up(world, {event.a, event.b});
  if (event.kind == kind_sync) return sync(world, static_cast<ReplicaIndex>(event.a));
  if (event.kind >= kind_collected) return on_ailment(world, event);
  const auto done = stations_[event.a].completed(world, event);
  Frame& frame = frames_[done.cookie];
  world.cancel(frame.patience);
  if (settings.refusal.ns > 0 && does_refusals(world, frame)) return;
  const bool waited = !frame.has_worker;
  const sim::Time began = waited ? done.started : frame.since;
  frame.has_worker = true;
  if (waited) waiting_.record((began - frame.since).ns);
  if (program_->code[frame.at].verb == Verb::compute) {
    service_.record((world.now() - began).ns);
    worked_ns_ += frame.work.ns;
    account_service(world, world.attempt(frame.incoming), frame.work);
  }
  if (world.observed()) {
    Span span{SpanKind::waiting, id(),        frame.replica, event.request,
              frame.incoming,    frame.since, began};
    if (waited) world.tell([&](Observer& o) { o.span(span); });
    span.kind = SpanKind::service;
    span.begin = began;
    span.end = world.now();
    world.tell([&](Observer& o) { o.span(span); });
  }
  ++frame.at;
  run(world, done.cookie);
}

void Service::release_worker(World& world, Frame& frame) {
  if (!frame.has_worker) return;
  frame.has_worker = false;
  stations_[frame.replica].release(world, frame.job);
  if (settings.process) contend(world, frame.replica);
}

void Service::send(World& world, sim::Handle handle, Frame& frame, const Instruction& step) {
  if (releases_ && step.wait) release_worker(world, frame);
  const Attempt& attempt = world.attempt(frame.incoming);
  Attempt& call = world.prepare(step.site, frame.replica, attempt);
  call.cookie = handle;
  call.operation = operation_of(step.verb);
  if (!step.own_endpoint) call.endpoint = step.endpoint;
  call.key = key_of(attempt, step);
  call.version = step.verb == Verb::fill ? frame.version : 0;
  if (!step.own_bytes) call.bytes = bytes_of(step.law, world, attempt, *this, step.step);
  // Every way through the architecture has luck of its own, or two calls of one callee would be
  // served alike.
  call.luck = attempt.luck.with(salt() + step.step);
  call.one_way = !step.wait;
  world.begin(call);
}

std::uint64_t Service::key_of(const Attempt& attempt, const Instruction& step) const {
  switch (step.key_of) {
    case KeyOf::derived:
      return sim::mix64(attempt.key ^ step.key_salt);
    case KeyOf::user:
      return sim::mix64((attempt.request ? attempt.request.user : attempt.key) ^ step.key_salt);
    default:
      return attempt.key;
  }
}

bool Service::consult_memory(World& world, Frame& frame, const Instruction& step) {
  if (memories_.empty()) return false;
  Memory& memory = memories_[frame.replica];
  const std::uint64_t key = key_of(world.attempt(frame.incoming), step);
  const std::uint64_t object = sim::mix64(key + step.store_salt);
  if (step.verb == Verb::forget) memory.forget(object);
  if (step.verb == Verb::remember) memory.remember(world.now(), object, frame.version);
  if (step.verb != Verb::recall) return false;
  ++recalls_;
  const auto version = memory.recall(world.now(), object);
  if (!version) return false;
  ++recalled_;
  if (*version != 0) frame.version = *version;
  return true;
}

void Service::answered(World& world, const Attempt& attempt) {
  if (limiting_ && settings.rate_limit->store && attempt.site == limit_site_) {
    return end_sync(world, attempt);
  }
  if (checks_ && checks_->made(attempt.site)) return answer_check(world, attempt);
  Frame* frame = frames_.find(attempt.cookie);
  if (frame == nullptr) return;
  const Instruction& step = program_->code[frame->at];
  const Outcome& outcome = attempt.outcome;
  ++frame->at;
  switch (step.verb) {
    case Verb::look_up:
      if (outcome.ok() ? !outcome.found : !step.needs_cache) break;
      frame->at = step.skip;
      [[fallthrough]];
    case Verb::call:
    case Verb::read:
    case Verb::write:
    case Verb::publish:
      if (!outcome.ok()) {
        fail(*frame, step, Status::failed);
        if (step.end != 0) frame->at = step.end;  // there is nothing to keep
        break;
      }
      if (outcome.version != 0) frame->version = outcome.version;
      frame->degraded = frame->degraded || outcome.degraded;
      break;
    default:
      break;  // a cache that did not hear of it is done without
  }
  if (frame->status != Status::ok) return finish(world, attempt.cookie);
  run(world, attempt.cookie);
}

void Service::fail(Frame& frame, const Instruction& step, Status status) {
  if (step.optional) {
    frame.degraded = true;
  } else {
    frame.status = status;
  }
}

// A branch that computes needs a worker. If the one that forks kept its own, workers could wait for
// each other for ever; so it hands its own over, and asks again after the join.
void Service::fork(World& world, sim::Handle handle, Frame& frame, const Instruction& step) {
  if (releases_ || step.hands_over) release_worker(world, frame);
  frame.branches = step.branch_count;
  const sim::Handle incoming = frame.incoming;
  const ReplicaIndex replica = frame.replica;
  for (std::uint32_t i = 0; i < step.branch_count; ++i) {
    const auto [started, branch] = frames_.acquire();
    branch.incoming = incoming;
    branch.parent = handle;
    branch.at = program_->branches[step.first_branch + i];
    branch.replica = replica;
    run(world, started);
  }
}

void Service::join(World& world, sim::Handle handle, const Frame& branch) {
  Frame& frame = frames_[handle];
  const Instruction& step = program_->code[frame.at];
  if (branch.status != Status::ok) fail(frame, step, branch.status);
  frame.degraded = frame.degraded || branch.degraded;
  frame.version = std::max(frame.version, branch.version);
  frame.bytes = std::max(frame.bytes, branch.bytes);
  if (--frame.branches > 0) return;
  if (frame.status != Status::ok) return finish(world, handle);
  ++frame.at;
  run(world, handle);
}

void Service::finish(World& world, sim::Handle handle) {
  Frame& frame = frames_[handle];
  if (settings.process && leaks_worker(world, frame)) frame.has_worker = false;
  release_worker(world, frame);
  if (frame.parent) {
    const Frame branch = frame;
    frames_.release(handle);
    return join(world, branch.parent, branch);
  }
  const ReplicaIndex replica = frame.replica;
  --present_[replica];
  Attempt& incoming = world.attempt(frame.incoming);
  if (rollout_) hear_of_version(world, incoming, frame);
  incoming.outcome.status = frame.status;
  if (frame.status == Status::ok) {
    incoming.outcome.bytes = frame.bytes;
    incoming.outcome.version = frame.version;
    incoming.outcome.degraded = frame.degraded;
    if (frame.degraded) ++degraded_;
  }
  if (settings.executions) conclude(world, incoming, frame.status == Status::ok);
  const bool refused_at_once = frame.status == Status::rejected && world.now() == frame.arrived;
  if (!limits_.empty() && !refused_at_once) {
    limits_[replica].answered(frame.arrived, world.now(), frame.status == Status::ok,
                              present_[replica] + 1);
  }
  if (settings.process) free(world, replica, frame.status);
  frames_.release(handle);
  world.reply(incoming);
  if (settings.autoscaling) leave_if_done(world, replica);
}

}  // namespace faultline::models
