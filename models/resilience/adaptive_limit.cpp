#include "models/resilience/adaptive_limit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace faultline::models {
namespace {

constexpr std::array<std::string_view, 2> algorithm_words = {"aimd", "gradient"};

constexpr double new_share = 0.2;           // of what a window says, in the limit
constexpr double memory_share = 2.0 / 601;  // of a window, in the latency of old: some 600 windows
constexpr double recovery = 0.95;           // of the latency of old, where it is far above today's
constexpr std::uint64_t least_answers = 10;

}  // namespace

void AdaptiveLimitSettings::describe(Fields& fields) {
  fields.choice_of({"algorithm",
                    "aimd: one more while all goes well, a share less after a late or failed "
                    "answer; gradient: by how the latency compares with that of old."},
                   algorithm_words, algorithm);
  fields.count({"initial", "The limit to begin with."}, initial, {1, 1'000'000});
  fields.count({"min", "It never falls below."}, min, {1, 1'000'000});
  fields.count({"max", "It never rises above."}, max, {1, 1'000'000});
  fields.duration({"late", "Of `aimd`, which needs it: an answer that took longer is late."}, late,
                  sim::Duration{1});
  fields.number({"backoff", "Of `aimd`: factor of the limit after a late or failed answer."},
                backoff, {.min = 0, .max = 1, .min_excluded = true});
  fields.duration({"window", "Of `gradient`: between two changes of the limit."}, window,
                  sim::Duration::from_seconds(0.001));
  fields.number(
      {"tolerance", "Of `gradient`: so many times the latency of old is no sign of overload."},
      tolerance, {1, 100});
  if (min > max) fields.reject("min", "must not exceed `max`");
  if (initial < min || initial > max) fields.reject("initial", "must lie between `min` and `max`");
  if (late.has_value() != (algorithm == Algorithm::aimd)) {
    fields.reject("late", "goes with `aimd`, which needs it, and only with that");
  }
}

void AdaptiveLimit::set(double limit) {
  limit_ =
      std::clamp(limit, static_cast<double>(settings_.min), static_cast<double>(settings_.max));
}

void AdaptiveLimit::answered(sim::Time began, sim::Time now, bool ok, std::uint64_t in_system) {
  if (settings_.algorithm == AdaptiveLimitSettings::Algorithm::aimd) {
    return add(began, now, ok && now - began <= *settings_.late, in_system);
  }
  took_ns_ += (now - began).ns;
  ++answers_;
  used_ = used_ || used(in_system);
  if (now - since_ >= settings_.window && answers_ >= least_answers) scale(now);
}

// An answer to one who came before the last decrease says nothing of how it is since.
void AdaptiveLimit::add(sim::Time began, sim::Time now, bool good, std::uint64_t in_system) {
  if (good) {
    if (used(in_system)) set(limit_ + 1 / limit_);
  } else if (began >= decreased_) {
    set(limit_ * settings_.backoff);
    decreased_ = now;
  }
}

void AdaptiveLimit::scale(sim::Time now) {
  const double of_late_ns = static_cast<double>(took_ns_) / static_cast<double>(answers_);
  if (of_old_ns_ == 0) of_old_ns_ = of_late_ns;
  of_old_ns_ += (of_late_ns - of_old_ns_) * memory_share;
  if (of_old_ns_ > 2 * of_late_ns) of_old_ns_ *= recovery;
  if (used_) {
    const double ratio = of_late_ns > 0 ? settings_.tolerance * of_old_ns_ / of_late_ns : 1;
    const double gradient = std::clamp(ratio, 0.5, 1.0);
    const double allowed = limit_ * gradient + std::sqrt(limit_);
    set(limit_ + (allowed - limit_) * new_share);
  }
  since_ = now;
  took_ns_ = 0;
  answers_ = 0;
  used_ = false;
}

}  // namespace faultline::models
