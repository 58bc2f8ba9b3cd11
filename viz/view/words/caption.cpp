#include "viz/view/words/caption.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "models/outcome.h"
#include "viz/view/words/wording.h"

namespace faultline::viz {
namespace {

const std::string users(analysis::all_users);

// Below these nobody would call it a change.
constexpr double much_more_load = 1.3;
constexpr double many_tries = 1.15;
constexpr double much_slower = 2;
constexpr double few_fail = 0.005;
constexpr double all_busy = 0.97;
constexpr double much_unanswered = 0.1;  // of what is offered, beyond what has failed by now

// The figures of the last window, and what was usual before anything befell the architecture.
class Comparison {
 public:
  explicit Comparison(const Playback& playback) : playback_(playback) {
    const Chronicle& chronicle = playback.chronicle();
    windows_ = chronicle.windows_until(playback.now());
    const sim::Time warm = playback.world().warmup_end();
    calm_from_ = std::min(windows_, chronicle.windows_until(warm));
    calm_until_ = windows_;
    for (const Happened& happened : chronicle.happened()) {
      if (happened.at < warm) continue;
      calm_until_ = std::min(windows_, chronicle.windows_until(happened.at));
      break;
    }
  }

  bool any() const { return windows_ > 0; }
  bool has_calm() const { return calm_until_ > calm_from_; }
  // The last window lies after `at`.
  bool is_after(sim::Time at) const {
    const std::int64_t begin = playback_.chronicle().window().ns * std::int64_t(windows_ - 1);
    return windows_ > 0 && begin >= at.ns;
  }
  std::optional<double> now(std::string_view subject, std::string_view metric) const {
    return playback_.chronicle().value(subject, metric, windows_ - 1);
  }
  std::optional<double> usual(std::string_view subject, std::string_view metric) const {
    return playback_.chronicle().mean(subject, metric, calm_from_, calm_until_);
  }
  // Of what is now to what was usual.
  std::optional<double> times(std::string_view subject, std::string_view metric) const {
    const auto n = now(subject, metric), u = usual(subject, metric);
    return n && u && *u > 0 ? std::optional(*n / *u) : std::nullopt;
  }

 private:
  const Playback& playback_;
  std::size_t windows_ = 0;
  std::size_t calm_from_ = 0;
  std::size_t calm_until_ = 0;
};

std::string times_text(double times) {
  return fmt::format("{:.{}f} times", times, times < 10 ? 1 : 0);
}

// The component whose load has grown most; one that cannot bear it before all that can.
std::optional<std::string> most_loaded(const Playback& playback, const Comparison& figures) {
  struct Loaded {
    bool is_full = false;
    double times = much_more_load;
    std::string name;

    bool operator<(const Loaded& other) const {
      return std::tie(is_full, times) < std::tie(other.is_full, other.times);
    }
  };
  Loaded most;
  for (models::ComponentId id = 0; id < playback.world().component_count(); ++id) {
    const models::Component& component = playback.world().component(id);
    if (component.offers_load()) continue;
    const std::string& name = component.name();
    const Loaded here{.is_full = figures.now(name, "utilisation").value_or(0) >= all_busy,
                      .times = figures.times(name, "arrivals_per_s").value_or(0),
                      .name = name};
    if (here.times > much_more_load && most < here) most = here;
  }
  if (most.name.empty()) return std::nullopt;
  return fmt::format("The load on {} is {} the normal{}.", most.name, times_text(most.times),
                     most.is_full ? ", and it has nothing left to give" : "");
}

std::optional<std::string> saturated(const Playback& playback, const Comparison& figures) {
  const models::Component* most = nullptr;
  double most_waiting = 10;
  for (models::ComponentId id = 0; id < playback.world().component_count(); ++id) {
    const models::Component& component = playback.world().component(id);
    if (figures.now(component.name(), "utilisation").value_or(0) < all_busy) continue;
    const double waiting = figures.now(component.name(), "backlog").value_or(0);
    if (waiting <= most_waiting) continue;
    most_waiting = waiting;
    most = &component;
  }
  if (most == nullptr) return std::nullopt;
  return fmt::format("{} is busy all the time, and {} wait there.", most->name(),
                     with_unit(std::round(most_waiting), ""));
}

std::optional<std::string> failing(const Comparison& figures) {
  const auto availability = figures.now(users, "availability");
  if (!availability || 1 - *availability < few_fail) return std::nullopt;
  std::string reason;
  double most = 0;
  for (const std::string_view status : models::status_names) {
    std::string metric = "outcome_" + std::string(status);
    std::replace(metric.begin(), metric.end(), '-', '_');
    const double count = figures.now(users, metric).value_or(0);
    if (status == "ok" || count <= most) continue;
    most = count;
    reason = status;
  }
  if (*availability < 0.0005) return fmt::format("All requests fail, most with {}.", reason);
  return fmt::format("{} of requests fail, most with {}.", with_unit(1 - *availability, "0..1"),
                     reason);
}

// What has not failed yet may hang all the same.
std::optional<std::string> hanging(const Comparison& figures) {
  const auto offered = figures.now(users, "offered_per_s");
  const auto good = figures.now(users, "goodput_per_s");
  const auto availability = figures.now(users, "availability");
  if (!offered || !good || *offered <= 0) return std::nullopt;
  const double share = *good / *offered;
  if (share > availability.value_or(1) - much_unanswered) return std::nullopt;
  return fmt::format("Of what users ask, {} is answered well.", with_unit(share, "0..1"));
}

std::optional<std::string> trying_again(const Comparison& figures) {
  const double tries = figures.now(users, "attempts_per_request").value_or(1);
  const double usual = figures.usual(users, "attempts_per_request").value_or(1);
  if (tries < many_tries * usual) return std::nullopt;
  return fmt::format("Users try {:.1f} times for each request.", tries);
}

std::optional<std::string> slower(const Comparison& figures) {
  const double times = figures.times(users, "latency_ms.p99").value_or(0);
  const auto p99 = figures.now(users, "latency_ms.p99");
  if (times < much_slower || !p99) return std::nullopt;
  return fmt::format("One request in a hundred takes over {}: {} the normal.",
                     with_unit(*p99, "ms"), times_text(times));
}

std::string all_well(const Comparison& figures) {
  const auto goodput = figures.now(users, "goodput_per_s");
  const auto p99 = figures.now(users, "latency_ms.p99");
  if (!goodput) return "";
  std::string text = fmt::format("{} requests a second are served well", with_unit(*goodput, ""));
  if (p99) text += fmt::format(", 99 of 100 within {}", with_unit(*p99, "ms"));
  return text + ".";
}

std::string consequence_of(const Playback& playback, const Comparison& figures) {
  std::vector<std::string> sentences;
  const auto add = [&](std::optional<std::string> sentence) {
    if (sentence && sentences.size() < 2) sentences.push_back(std::move(*sentence));
  };
  if (figures.has_calm()) add(most_loaded(playback, figures));
  const auto hangs = hanging(figures);
  add(hangs ? hangs : failing(figures));
  if (sentences.empty()) add(saturated(playback, figures));
  if (figures.has_calm()) {
    add(trying_again(figures));
    add(slower(figures));
  }
  if (sentences.empty()) return all_well(figures);
  return fmt::format("{}", fmt::join(sentences, " "));
}

// What befell last; a replica that changed by itself only where no entry of the timeline did.
const Happened* last_of(const Playback& playback) {
  const Happened* last = nullptr;
  for (const Happened& happened : playback.chronicle().happened()) {
    if (happened.event > playback.world().executed()) break;
    const bool follows = last != nullptr && last->kind != Happened::Kind::state &&
                         happened.kind == Happened::Kind::state &&
                         happened.at - last->at < sim::Duration::from_seconds(0.5);
    if (!follows) last = &happened;
  }
  return last;
}

}  // namespace

Caption caption_of(const Playback& playback) {
  const Comparison figures(playback);
  const sim::Time now = playback.now();
  const auto stopped = playback.stopped();
  if (now >= playback.end() && stopped && *stopped != sim::Stop::asked) {
    return {fmt::format("{}: stopped.", moment(now)),
            *stopped == sim::Stop::standstill
                ? "Time does not go on: event follows event at one instant."
                : "More is under way at once than the scenario's `max-records` allows."};
  }
  if (now >= playback.end() && !playback.scenario().lesson.empty()) {
    return {fmt::format("{}: the end.", moment(now)), playback.scenario().lesson};
  }
  const Happened* last = last_of(playback);
  if (last == nullptr) {
    const std::string about = playback.scenario().about;
    return {now == sim::Time{} ? playback.scenario().name + ": " + about
                               : fmt::format("{}: nothing has gone wrong yet.", moment(now)),
            figures.any() ? all_well(figures) : ""};
  }
  const models::World& world = playback.world();
  const std::string sentence =
      last->kind == Happened::Kind::state
          ? sentence_of(*last, world)
          : sentence_of(*world.actions()[last->action], last->kind == Happened::Kind::ended);
  Caption caption{fmt::format("{}: {}.", moment(last->at), sentence), ""};
  if (now - last->at > sim::Duration::from_seconds(1)) {
    caption.happened += fmt::format("  Now {}.", moment(now));
  }
  if (figures.any() && figures.is_after(last->at)) {
    caption.consequence = consequence_of(playback, figures);
  }
  return caption;
}

}  // namespace faultline::viz
