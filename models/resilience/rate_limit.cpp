#include "models/resilience/rate_limit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace faultline::models {
namespace {

using Algorithm = RateLimitSettings::Algorithm;

constexpr std::array<std::string_view, 3> algorithm_words = {"token-bucket", "fixed-window",
                                                             "sliding-window"};
constexpr double ns_per_s = 1e9;
// What sums of fractions may be off by: of a request, and of a nanosecond.
constexpr double rounding = 1e-6;
constexpr double rounding_ns = 1e-3;

sim::Duration rounded_up(double ns) {
  return sim::Duration::from_ns(std::max(1.0, std::ceil(ns - rounding_ns)));
}

// Windows pass.
void roll(const RateLimitSettings& settings, sim::Time now, Taken& taken) {
  if (settings.algorithm == Algorithm::token_bucket) return;
  const sim::Duration span = settings.span();
  const sim::Time begin{now.ns - now.ns % span.ns};
  if (begin == taken.since) return;
  taken.before = begin - taken.since == span ? taken.now : 0;
  taken.now = 0;
  taken.since = begin;
}

// Windows pass, buckets are refilled.
void age(const RateLimitSettings& settings, sim::Time now, Taken& taken) {
  if (settings.algorithm != Algorithm::token_bucket) return roll(settings, now, taken);
  const double refill = settings.rate * static_cast<double>((now - taken.since).ns) / ns_per_s;
  taken.now = std::max(0.0, taken.now - refill);
  taken.since = now;
}

bool is_as_new(const RateLimitSettings& settings, const Taken& aged) {
  const bool looks_back = settings.algorithm == Algorithm::sliding_window;
  return aged.now == 0 && (!looks_back || aged.before == 0);
}

sim::Duration wait_for_window(const RateLimitSettings& settings, sim::Time now, const Taken& aged) {
  if (aged.now + 1 <= settings.allowed_in_span() + rounding) return {};
  return aged.since + settings.span() - now;
}

// The part of the window before that counts shrinks with time, in this window and, if there is no
// room however small it is, in the next.
sim::Duration wait_for_sliding_window(const RateLimitSettings& settings, sim::Time now,
                                      const Taken& aged) {
  const double allowed = settings.allowed_in_span();
  const auto span = static_cast<double>(settings.span().ns);
  const auto passed = static_cast<double>((now - aged.since).ns);
  if (aged.before * (1 - passed / span) + aged.now + 1 <= allowed + rounding) return {};
  const bool in_this = aged.now + 1 <= allowed;
  const double fades = in_this ? aged.before : aged.now;
  const double may_be_left = in_this ? allowed - 1 - aged.now : allowed - 1;
  const double at = span * (1 - may_be_left / fades) + (in_this ? 0 : span);
  return rounded_up(at - passed);
}

}  // namespace

void RateLimitSettings::describe(Fields& fields) {
  fields.choice_of({"algorithm", "How requests are counted."}, algorithm_words, algorithm);
  fields.rate({"rate", "Requests allowed.", true, true}, rate);
  fields.count({"burst",
                "Of `token-bucket`: tokens the bucket holds at most, and at first; absent: those "
                "of a second, at least one.",
                false, true},
               burst, {1});
  fields.duration({"window", "Of the two windows: how long one is; absent: 1s."}, window,
                  sim::Duration{1});
  if (rate <= 0) fields.reject("rate", "expected a rate above 0");
  const bool is_bucket = algorithm == Algorithm::token_bucket;
  if (burst && !is_bucket) {
    fields.reject("burst",
                  "goes with `token-bucket`: what a window lets through at once is rate "
                  "x window");
  }
  if (window && is_bucket) {
    fields.reject("window",
                  "goes with `fixed-window` and `sliding-window`; how much a bucket lets "
                  "through at once is its `burst`");
  }
  if (!is_bucket && rate > 0 && allowed_in_span() < 1) {
    fields.reject(window ? "window" : "rate",
                  "allows less than one request in a window, which would be none: expected rate x "
                  "window of at least 1");
  }
}

double RateLimitSettings::tokens() const {
  return burst ? static_cast<double>(*burst) : std::max(1.0, rate);
}

sim::Duration RateLimitSettings::span() const {
  return window.value_or(sim::Duration::from_seconds(1));
}

double RateLimitSettings::allowed_in_span() const {
  return rate * static_cast<double>(span().ns) / ns_per_s;
}

void UntoldRequests::take(sim::Time now, std::uint64_t key) {
  Taken& taken = taken_[key];
  roll(settings_, now, taken);
  taken.now += 1;
}

void UntoldRequests::add(sim::Time now, const UntoldRequests& others) {
  for (auto [key, other] : others.taken_) {
    Taken& taken = taken_[key];
    roll(settings_, now, taken);
    roll(settings_, now, other);
    taken.now += other.now;
    taken.before += other.before;
  }
}

void UntoldRequests::keep_missing(sim::Time now, const RateLimiter& view) {
  for (auto& [key, taken] : taken_) {
    roll(settings_, now, taken);
    taken.now = std::min(taken.now, view.taken(now, key));
  }
  std::erase_if(taken_, [&](const auto& one) { return is_as_new(settings_, one.second); });
}

Taken RateLimiter::aged(sim::Time now, std::uint64_t key) const {
  const auto found = taken_.find(key);
  Taken taken = found == taken_.end() ? Taken{} : found->second;
  age(settings_, now, taken);
  return taken;
}

sim::Duration RateLimiter::wait(sim::Time now, std::uint64_t key) const {
  const Taken taken = aged(now, key);
  switch (settings_.algorithm) {
    case Algorithm::fixed_window:
      return wait_for_window(settings_, now, taken);
    case Algorithm::sliding_window:
      return wait_for_sliding_window(settings_, now, taken);
    default:
      break;
  }
  const double missing = taken.now + 1 - settings_.tokens();
  if (missing <= rounding) return {};
  return rounded_up(missing / settings_.rate * ns_per_s);
}

void RateLimiter::add(sim::Time now, const UntoldRequests& others) {
  for (auto [key, other] : others.by_key()) {
    roll(settings_, now, other);
    count(now, key, other.now, other.before);
  }
}

void RateLimiter::believe(sim::Time now, const RateLimiter& other, std::uint64_t key) {
  taken_[key] = other.aged(now, key);
  if (taken_.size() > enough_) forget_idle(now);
}

void RateLimiter::count(sim::Time now, std::uint64_t key, double in_this_window, double before) {
  Taken& taken = taken_[key];
  age(settings_, now, taken);
  taken.now += in_this_window;
  taken.before += before;
  if (taken_.size() > enough_) forget_idle(now);
}

void RateLimiter::forget_idle(sim::Time now) {
  for (auto& [key, taken] : taken_) age(settings_, now, taken);
  std::erase_if(taken_, [&](const auto& one) { return is_as_new(settings_, one.second); });
  enough_ = std::max<std::size_t>(64, 2 * taken_.size());
}

void RateLimiter::change(sim::Time now, const RateLimitSettings& settings) {
  for (auto& [key, taken] : taken_) age(settings_, now, taken);
  settings_ = settings;
}

}  // namespace faultline::models
