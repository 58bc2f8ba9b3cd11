#include "models/service/deploying.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/service/service.h"
#include "models/world.h"
#include "sim/check.h"

namespace faultline::models {
namespace {

constexpr std::uint64_t version_draw = sim::salt_of("version");
// Why a replica drains; entries of the timeline are numbered from 0.
constexpr std::uint32_t replacement = std::numeric_limits<std::uint32_t>::max();

using News = DeploymentNews::Kind;

}  // namespace

void VersionSettings::describe(Fields& fields) {
  fields.text({"name", "What reports call it.", true}, name);
  fields.number({"speed", "Factor of the speed at which it works."}, speed,
                {.min = 0, .max = 100, .min_excluded = true});
  fields.ratio({"errors", "Share of its requests that fail when their work is done."}, errors);
  fields.bytes({"leak", "What each of its requests leaves behind in the `heap` of the process."},
               leak);
  if (!leak.constant_value()) fields.reject("leak", "expected one size");
}

void DeploymentStage::describe(Fields& fields) {
  fields.ratio({"share", "Of the replicas, on the new version.", true}, share);
  fields.duration({"bake", "How long it stays so before it goes on."}, bake);
  if (share == 0) fields.reject("share", "expected a share above 0");
}

void RollOutSettings::describe(Fields& fields) {
  fields.nested_list({"stages", "Rising shares, from one to the next; then all the others follow."},
                     "deployment-stage", stages);
  fields.count({"at-once", "Replicas that are replaced at a time."}, at_once, {1, 10000});
  fields.duration({"drain", "How long one may take to finish what it has before it is stopped."},
                  drain, sim::Duration{1});
  fields.duration({"interval", "How often it is seen to."}, interval,
                  sim::Duration::from_seconds(0.001));
  fields.flag({"in-place",
               "Whether processes take it up as they run, as a configuration; otherwise each "
               "drains and starts anew."},
              in_place);
  for (std::size_t i = 1; i < stages.size(); ++i) {
    if (stages[i].share <= stages[i - 1].share) fields.reject("stages", "shares must rise");
  }
}

sim::Duration RollOutSettings::bakes_for() const {
  sim::Duration all;
  for (const DeploymentStage& stage : stages) all += stage.bake;
  return all;
}

void RollBackSettings::describe(Fields& fields) {
  fields.ratio({"errors-above", "Share of requests that fail at replicas on the new version."},
               errors_above);
  fields.duration({"latency-above", "Mean time from a request's arrival there to its answer."},
                  latency_above, sim::Duration{1});
  fields.count({"at-least", "Requests of a stage before anything is made of them."}, at_least,
               {1, 1'000'000});
  if (!errors_above && !latency_above) {
    fields.reject("", "expected `errors-above`, `latency-above` or both");
  }
}

void DeploymentCounts::measure(sim::Time now, sim::Metrics& metrics) const {
  metrics.counter({"deployments", "deployments", "Begun."}, begun);
  metrics.counter({"deployments_ended", "deployments", "That all replicas have."}, ended);
  metrics.counter({"deployments_rolled_back", "deployments", "That no replica has any more."},
                  rolled_back);
  metrics.level({"replicas_on_new", "replicas", "On the version deployed last."}, on_new.mark(now));
  metrics.ratio(
      {"new_version_share", "0..1",
       "Of the requests dealt with, those by the version deployed last; null before one is."},
      answered, dealt_with);
  metrics.ratio({"new_version_errors", "0..1", "Share of these that were not answered well."},
                failed, answered);
  metrics.times({"roll_back_ms", "ms",
                 "From the beginning of a deployment that was rolled back until all were back."},
                roll_back);
}

void Rollout::begin(sim::Time now, std::shared_ptr<const Deployment> deployment) {
  deployment_ = std::move(deployment);
  ++number_;
  begun_ = now;
  phase_ = Phase::rolling;
  stage_ = 0;
  forget();
}

void Rollout::forget() {
  answered_ = 0;
  failed_ = 0;
  lost_ = 0;
  took_ns_ = 0;
}

// At least one replica, or a stage of 1 % would show nothing in a fleet of twenty.
std::uint32_t Rollout::wanted(std::uint32_t of) const {
  const auto& stages = deployment_->roll_out.stages;
  if (phase_ == Phase::turning_back || stage_ >= stages.size()) return of;
  const auto share = static_cast<std::uint32_t>(std::ceil(stages[stage_].share * of - 1e-9));
  return std::clamp(share, std::min(1U, of), of);
}

void Rollout::heard(bool good, sim::Duration took) {
  ++answered_;
  if (!good) ++failed_;
  took_ns_ += took.ns;
}

void Rollout::lost(std::uint64_t requests) { lost_ += requests; }

std::optional<Rollout::Judgement> Rollout::verdict() const {
  const auto& limits = deployment_->roll_back;
  if (!limits || answered_ + lost_ < limits->at_least) return std::nullopt;
  const double errors =
      static_cast<double>(failed_ + lost_) / static_cast<double>(answered_ + lost_);
  if (limits->errors_above && errors > *limits->errors_above) {
    return Judgement{"errors", errors, *limits->errors_above};
  }
  if (answered_ == 0) return std::nullopt;
  const double took = static_cast<double>(took_ns_) / static_cast<double>(answered_);
  if (limits->latency_above && took > static_cast<double>(limits->latency_above->ns)) {
    return Judgement{"latency in s", took / 1e9,
                     static_cast<double>(limits->latency_above->ns) / 1e9};
  }
  return std::nullopt;
}

void Rollout::equip(ReplicaIndex replica, std::uint32_t on_new, std::uint32_t of) {
  runs_[replica] = spreads() && on_new < wanted(of) ? deployment_ : stable_;
}

bool Rollout::arrive(sim::Time now) {
  const auto& stages = deployment_->roll_out.stages;
  if (stage_ >= stages.size()) return false;
  phase_ = Phase::baking;
  bakes_until_ = now + stages[stage_].bake;
  return true;
}

void Rollout::go_on(sim::Time now) {
  if (phase_ != Phase::baking || now < bakes_until_) return;
  phase_ = Phase::rolling;
  ++stage_;
  forget();
}

void Rollout::end() {
  if (phase_ != Phase::turning_back) stable_ = deployment_;
  phase_ = Phase::over;
}

void Service::deploy(World& world, const std::shared_ptr<const Deployment>& deployment) {
  if (!rollout_) rollout_.emplace(replicas_.size());
  if (rollout_->phase() != Rollout::Phase::over)
    tell(world, {.kind = News::overtaken, .version = {}});
  rollout_->begin(world.now(), deployment);
  ++deployments_.begun;
  count_versions(world);
  tell(world, {.kind = News::begins, .version = {}});
  roll(world);
}

std::uint32_t Service::count_versions(World& world) {
  std::uint32_t machines = 0;
  std::int64_t on_new = 0;
  for (ReplicaIndex i = 0; i < replicas_.size(); ++i) {
    if (replicas_[i].state == Lifecycle::absent) continue;
    ++machines;
    if (rollout_->is_on_new(i)) ++on_new;
  }
  deployments_.on_new.set(world.now(), on_new);
  return machines;
}

void Service::tell(World& world, DeploymentNews news) {
  news.version = rollout_->newest().name;
  news.of = count_versions(world);
  news.replicas = static_cast<std::uint32_t>(deployments_.on_new.current());
  world.tell([&](Observer& o) { o.deployed(id(), news, world.now()); });
}

// Sees to the deployment under way, and comes back to it until it is over.
void Service::roll(World& world) {
  using Phase = Rollout::Phase;
  Rollout& rollout = *rollout_;
  follow_replacements(world);
  if (rollout.phase() != Phase::turning_back) {
    if (const auto bad = rollout.verdict()) {
      rollout.turn_back();
      tell(world, {.kind = News::turns_back,
                   .version = {},
                   .why = bad->why,
                   .measured = bad->measured,
                   .limit = bad->limit});
    }
  }
  rollout.go_on(world.now());
  if (rollout.phase() != Phase::baking) replace_more(world);
  if (rollout.phase() == Phase::over) return;
  world.schedule(rollout.deployment().roll_out.interval,
                 {.a = rollout.number(), .target = id(), .kind = kind_roll});
}

// Those that have finished what they had, or may not take longer, get their version. Those that no
// longer need another stay.
void Service::follow_replacements(World& world) {
  auto& replacing = rollout_->replacing;
  for (auto one = replacing.begin(); one != replacing.end();) {
    const auto [index, until] = *one;
    Replica& replica = replicas_[index];
    if (replica.state == Lifecycle::draining && !rollout_->is_done(index)) {
      if (is_idle(world, index) || world.now() >= until) renew(world, index);
    } else if (replica.state == Lifecycle::draining && !replica.member) {
      replica.member = true;
      Component::end_drain(world, index, replacement);
    } else if (replica.state == Lifecycle::down && !replica.member) {
      replica.member = true;  // it has died meanwhile, and comes back when that is over
      switch_version(world, index);
      if (replica.crashes.empty()) restart(world, index);
    }
    const bool goes_on = !replica.member && replica.state != Lifecycle::absent;
    one = goes_on ? std::next(one) : replacing.erase(one);
  }
}

// Callers choose others until the new process is up.
void Service::begin_replacing(World& world, ReplicaIndex index) {
  rollout_->replacing.emplace(index, world.now() + rollout_->deployment().roll_out.drain);
  replicas_[index].member = false;
  begin_drain(world, index, replacement);
}

void Service::renew(World& world, ReplicaIndex index) {
  decommission(world, index);
  switch_version(world, index);
  provision(world, index, settings.hosting.start_time);
}

bool Service::is_idle(const World& world, ReplicaIndex index) const {
  return present_[index] == 0 && !world.expects_work(id(), index);
}

void Service::switch_version(World& world, ReplicaIndex index) {
  rollout_->take_up(index);
  count_versions(world);
  speed_changed(world, index);
}

// As many as may be missing at a time are replaced; when there is nobody left, this stage, the
// deployment, or the way back is done.
void Service::replace_more(World& world) {
  Rollout& rollout = *rollout_;
  const RollOutSettings& how = rollout.deployment().roll_out;
  std::uint32_t of = 0;
  std::uint32_t done = 0;
  for (ReplicaIndex i = 0; i < replicas_.size(); ++i) {
    const bool is_being_replaced = rollout.replacing.contains(i);
    if (!replicas_[i].member && !is_being_replaced) continue;
    ++of;
    if (is_being_replaced || rollout.is_done(i)) ++done;
  }
  const std::uint32_t wanted = rollout.wanted(of);
  std::size_t missing = rollout.replacing.size();
  for (ReplicaIndex i = 0; i < replicas_.size() && done < wanted && missing < how.at_once; ++i) {
    const bool stays = rollout.is_done(i) || rollout.replacing.contains(i);
    if (!replicas_[i].member || stays || replicas_[i].state == Lifecycle::starting) continue;
    if (how.in_place || replicas_[i].state == Lifecycle::down) {
      switch_version(world, i);
    } else {
      begin_replacing(world, i);
    }
    if (replicas_[i].serves()) ++missing;
    ++done;
  }
  if (missing > 0 || done < wanted) return;
  if (rollout.phase() == Rollout::Phase::turning_back) {
    rollout.end();
    ++deployments_.rolled_back;
    deployments_.roll_back.record((world.now() - rollout.begun()).ns);
    tell(world, {.kind = News::back, .version = {}});
  } else if (rollout.arrive(world.now())) {
    tell(world, {.kind = News::stage, .version = {}});
  } else {
    rollout.end();
    ++deployments_.ended;
    tell(world, {.kind = News::ended, .version = {}});
  }
}

// A request has been worked on to the end; its version may let it fail after all.
void Service::hear_of_version(World& world, const Attempt& attempt, Frame& frame) {
  if (frame.status == Status::rejected) return;  // no version's doing
  ++deployments_.dealt_with;
  const VersionSettings* version = rollout_->version_of(frame.replica);
  if (version != nullptr && version->errors > 0 && frame.status == Status::ok) {
    sim::Draw draw = world.luck_of(attempt, *this, version_draw).draw();
    if (draw.uniform() < version->errors) frame.status = Status::failed;
  }
  if (!rollout_->is_on_new(frame.replica)) return;
  const bool good = frame.status == Status::ok;
  ++deployments_.answered;
  if (!good) ++deployments_.failed;
  rollout_->heard(good, world.now() - frame.arrived);
}

// What was there when its process died.
void Service::hear_of_death(ReplicaIndex replica) {
  if (!rollout_ || !rollout_->is_on_new(replica)) return;
  const std::uint64_t requests = present_[replica];
  deployments_.dealt_with += requests;
  deployments_.answered += requests;
  deployments_.failed += requests;
  rollout_->lost(requests);
}

// A machine that an autoscaler has had gets the version of which there are too few.
void Service::equip(World& world, ReplicaIndex index) {
  if (!rollout_) return;
  const std::uint32_t others = count_versions(world);
  rollout_->equip(index, static_cast<std::uint32_t>(deployments_.on_new.current()), others + 1);
  speed_changed(world, index);
}

}  // namespace faultline::models
