#include "sim/simulation.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "sim/check.h"

namespace faultline::sim {
namespace {

// How often limits that cost something to look at are looked at, in events.
constexpr std::uint64_t limit_stride = 1024;

std::uint64_t extend_digest(std::uint64_t digest, const Event& event) {
  const auto who = (std::uint64_t{event.target} << 16) | event.kind;
  digest ^= static_cast<std::uint64_t>(event.at.ns) + event.request * golden_gamma;
  digest = (digest ^ (who << 29)) * 0xd6e8feb86659fd93ULL;
  return std::rotl(digest, 27);
}

}  // namespace

Time Simulation::inject(Time at, Event event) {
  at = std::max(at, now_);
  if (at <= begun_) at = begun_ + Duration{1};
  event.at = at;
  timeline_.emplace(at, event);
  bound_ = std::min(bound_, at);
  return at;
}

void Simulation::set_window(Duration length) {
  CHECK(length.ns > 0);
  CHECK(executed_ == 0);
  window_length_ = length;
  window_end_ = window_begin_ + length;
}

std::optional<Stop> Simulation::look_at_limits() {
  if (stop_asked_) return Stop::asked;
  if (limits_.events && executed_ >= *limits_.events) return Stop::event_limit;
  if (executed_ % limit_stride == 0) {
    if (limits_.interrupt != nullptr && limits_.interrupt->load(std::memory_order_relaxed)) {
      return Stop::interrupted;
    }
    if (now_ != stands_at_) {
      stands_at_ = now_;
      stands_since_ = executed_;
    }
    if (executed_ - stands_since_ >= limits_.at_one_instant) return Stop::standstill;
    if (limits_.records && live_records() > *limits_.records) return Stop::record_limit;
  }
  next_look_ = (executed_ / limit_stride + 1) * limit_stride;
  if (limits_.events) next_look_ = std::min(next_look_, *limits_.events);
  return std::nullopt;
}

inline void Simulation::execute(const Event& event) {
  now_ = event.at;
  ++executed_;
  digest_ = extend_digest(digest_, event);
  handle(event);
}

std::optional<Stop> Simulation::advance(Time end, std::uint64_t budget) {
  CHECK(end >= now_);
  Event event;
  while (true) {
    if (executed_ >= next_look_) {
      if (const auto why = look_at_limits()) return why;
    }
    const Time acts = timeline_.empty() ? Time::max() : timeline_.begin()->first;
    const Time mark = marks_.empty() ? Time::max() : *marks_.begin();
    bound_ = std::min({end, window_end_, mark, acts});
    while (executed_ < next_look_ && queue_.pop_before(bound_, event)) {
      begun_ = event.at;
      execute(event);
      if (--budget == 0) return std::nullopt;
    }
    if (executed_ >= next_look_) continue;
    now_ = bound_;
    if (window_length_.ns > 0 && bound_ == window_end_) {
      close_window(window_begin_, window_end_);
      window_begin_ = window_end_;
      window_end_ += window_length_;
    } else if (!marks_.empty() && bound_ == mark) {
      marks_.erase(marks_.begin());
      at_mark(mark);
    } else if (bound_ == end) {
      return Stop::reached;
    } else {
      event = timeline_.begin()->second;
      timeline_.erase(timeline_.begin());
      execute(event);
      if (--budget == 0) return std::nullopt;
    }
  }
}

bool Simulation::step(Time end) {
  const std::uint64_t before = executed_;
  advance(end, 1);
  return executed_ != before;
}

Stop Simulation::run_until(Time end) {
  CHECK(end >= now_);
  while (true) {
    const auto why = advance(end, std::numeric_limits<std::uint64_t>::max());
    if (why) return *why;
  }
}

}  // namespace faultline::sim
