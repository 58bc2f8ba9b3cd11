#include "models/service/autoscaling.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace faultline::models {
namespace {

void describe_target(Fields& fields, std::string_view meaning, double& target) {
  fields.number({"target", meaning, true}, target, {.min = 0, .min_excluded = true});
}

}  // namespace

void UtilisationTarget::describe(Fields& fields) {
  fields.ratio({"target", "Busy worker-time over worker-time up that it aims at.", true}, target);
  if (target <= 0) fields.reject("target", "expected more than 0");
}

void BacklogTarget::describe(Fields& fields) {
  describe_target(fields, "Requests waiting, per worker, that it aims at.", target);
}

void QueueTarget::describe(Fields& fields) {
  fields.name({"name", "The queue.", true}, Reference::component, name);
  describe_target(fields, "Messages in the queue or delivered, per worker, that it aims at.",
                  target);
}

void ScheduledReplicas::describe(Fields& fields) {
  fields.duration({"at", "From when on, counted from the start of the run.", true}, at);
  fields.count({"replicas", "How many there are at least.", true}, replicas, {1, 10000});
}

void CoolDown::describe(Fields& fields) {
  fields.duration({"out", "From one scale-out to the next, at least."}, out);
  fields.duration({"in", "From any change to a scale-in, at least."}, in);
}

void AutoscalingSettings::describe(Fields& fields) {
  fields.count({"minimum", "How many replicas there are at least."}, minimum, {1, 10000});
  fields.count({"maximum", "How many there are at most.", true}, maximum, {1, 10000});
  fields.nested({"utilisation", "Goes by how busy the workers are."}, "utilisation-target",
                utilisation);
  fields.nested({"backlog", "Goes by the requests that wait for a worker."}, "backlog-target",
                backlog);
  fields.nested({"queue", "Goes by what a queue holds."}, "queue-target", queue);
  fields.nested_list({"schedule", "How many there are at least, by the time of the run."},
                     "scheduled-replicas", schedule);
  fields.duration({"interval", "From one evaluation to the next."}, interval,
                  sim::Duration::from_seconds(0.001));
  fields.ratio({"tolerance", "Nothing changes while measured / target is so near to 1."},
               tolerance);
  fields.count({"largest-step", "Replicas more or fewer in one evaluation; absent: no limit."},
               largest_step, {1});
  fields.nested({"cool-down", "How long a change keeps others from following."}, "cool-down",
                cool_down);
  fields.distribution({"boot-time", "From the decision until a new replica serves.", true},
                      boot_time);
  fields.duration({"drain", "How long one that goes may take to finish what it has."}, drain,
                  sim::Duration{1});
  if (minimum > maximum) return fields.reject("minimum", "must not be above `maximum`");
  for (std::size_t i = 1; i < schedule.size(); ++i) {
    if (schedule[i].at <= schedule[i - 1].at) fields.reject("schedule", "times must go forward");
  }
  const bool within = std::all_of(schedule.begin(), schedule.end(), [&](const auto& one) {
    return one.replicas >= minimum && one.replicas <= maximum;
  });
  if (!within) fields.reject("schedule", "expected replicas from `minimum` to `maximum`");
}

void AutoscalingSettings::check(Fields& fields, std::uint64_t replicas) const {
  if (minimum > maximum) return;  // said already
  if (replicas < minimum || replicas > maximum) {
    fields.reject("replicas", "expected a number from autoscaling's `minimum` to its `maximum`");
  }
}

std::uint64_t AutoscalingSettings::floor_at(sim::Time now) const {
  std::uint64_t floor = minimum;
  for (const ScheduledReplicas& one : schedule) {
    if (sim::Time{} + one.at <= now) floor = one.replicas;
  }
  return floor;
}

// Each target wants some number, unless nothing could be measured; the highest holds.
ScaleDecision Autoscaler::by_metrics(const Sample& from, const Sample& to) const {
  const auto grown = [&](sim::Int128 AutoscalerInput::*integral) {
    return static_cast<double>(to.input.*integral - from.input.*integral);
  };
  const auto elapsed = static_cast<double>((to.at - from.at).ns);
  const double up = grown(&AutoscalerInput::up);
  const double replicas = up / (static_cast<double>(to.input.workers) * elapsed);
  std::optional<ScaleDecision> highest;
  const auto aim = [&](std::string_view why, sim::Int128 AutoscalerInput::*integral,
                       double target) {
    const double measured = grown(integral) / up;
    const double ratio = measured / target;
    auto wanted = wanted_;
    if (std::abs(ratio - 1) > settings_.tolerance) {
      // What rounding adds to a whole number makes no replica.
      const double exact = std::ceil(replicas * ratio - 1e-9);
      wanted = static_cast<std::uint32_t>(std::clamp(exact, static_cast<double>(settings_.minimum),
                                                     static_cast<double>(settings_.maximum)));
      wanted = ratio > 1 ? std::max(wanted, wanted_) : std::min(wanted, wanted_);
    }
    if (highest && highest->to >= wanted) return;
    highest = {.from = wanted_, .to = wanted, .why = why, .measured = measured, .target = target};
  };
  if (up > 0 && settings_.utilisation) {
    aim("utilisation", &AutoscalerInput::busy, settings_.utilisation->target);
  }
  if (up > 0 && settings_.backlog) {
    aim("backlog", &AutoscalerInput::waiting, settings_.backlog->target);
  }
  if (up > 0 && settings_.queue) {
    aim("queue", &AutoscalerInput::queued, settings_.queue->target);
  }
  if (highest) return *highest;
  // Without a target the schedule decides alone; with nothing measured nothing is decided.
  const bool aims = settings_.utilisation || settings_.backlog || settings_.queue;
  const bool scheduled = !aims && !settings_.schedule.empty();
  const auto wanted = scheduled ? static_cast<std::uint32_t>(settings_.floor_at(to.at)) : wanted_;
  return {.from = wanted_, .to = wanted, .why = "schedule"};
}

std::uint32_t Autoscaler::within_step(std::uint32_t wanted) const {
  if (!settings_.largest_step) return wanted;
  const auto step = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(*settings_.largest_step, settings_.maximum));
  return std::clamp(wanted, wanted_ - std::min(wanted_, step), wanted_ + step);
}

bool Autoscaler::too_early(sim::Time now, std::uint32_t wanted) const {
  if (wanted > wanted_) return last_out_ && now - *last_out_ < settings_.cool_down.out;
  return last_change_ && now - *last_change_ < settings_.cool_down.in;
}

std::optional<ScaleDecision> Autoscaler::evaluate(sim::Time now, const AutoscalerInput& input) {
  const Sample sample{now, input};
  const std::optional<Sample> before = std::exchange(last_, sample);
  if (!works()) return std::nullopt;
  ScaleDecision decision{.from = wanted_, .to = wanted_, .why = "schedule"};
  if (before) {
    decision = by_metrics(*before, sample);
    decision.to = within_step(decision.to);
    if (decision.to != wanted_ && too_early(now, decision.to)) decision.to = wanted_;
  }
  // The schedule waits for nothing.
  const auto floor = static_cast<std::uint32_t>(settings_.floor_at(now));
  if (decision.to < floor) decision = {.from = wanted_, .to = floor, .why = "schedule"};
  if (decision.to == wanted_) return std::nullopt;
  const bool out = decision.to > wanted_;
  ++(out ? scale_outs_ : scale_ins_);
  if (out) last_out_ = now;
  last_change_ = now;
  wanted_ = decision.to;
  return decision;
}

void Autoscaler::measure(const sim::TimeWeighted::Mark& provisioned, sim::Metrics& metrics) const {
  constexpr double ns_per_hour = 3600e9;
  metrics.level({"replicas_provisioned", "replicas",
                 "Replicas there is a machine for, whatever their state: what is paid for."},
                provisioned);
  metrics.state({"replicas_wanted", "replicas", "As many as its autoscaler wants, now."}, wanted_);
  metrics.counter({"scale_outs", "decisions", "Of its autoscaler to have more replicas."},
                  scale_outs_);
  metrics.counter({"scale_ins", "decisions", "Of its autoscaler to have fewer."}, scale_ins_);
  metrics.counter({"replaced", "replicas", "Dead ones that its autoscaler replaced."}, replaced_);
  metrics.state({"provisioned_hours", "replica-hours",
                 "Time of replicas provisioned since the start of the run, booting included."},
                static_cast<double>(provisioned.area) / ns_per_hour);
}

}  // namespace faultline::models
