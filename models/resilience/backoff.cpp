#include "models/resilience/backoff.h"

#include <algorithm>
#include <array>

namespace faultline::models {
namespace {

constexpr std::array<std::string_view, 2> kind_words = {"fixed", "exponential"};
constexpr std::array<std::string_view, 4> jitter_words = {"none", "equal", "full", "decorrelated"};

sim::Duration drawn(sim::Duration from, sim::Duration to, sim::Draw draw) {
  return from + sim::Duration::from_ns(static_cast<double>((to - from).ns) * draw.uniform());
}

}  // namespace

void Backoff::describe(Fields& fields) {
  fields.choice_of({"kind", "Whether the wait stays the same or doubles with every retry."},
                   kind_words, kind);
  fields.duration({"base", "The wait before the first retry."}, base);
  fields.duration({"cap", "The longest wait; absent: no limit."}, cap);
  fields.choice_of({"jitter", "How much of the wait is drawn at random."}, jitter_words, jitter);
  if (cap < base) fields.reject("cap", "must not be shorter than `base`");
}

sim::Duration Backoff::wait(unsigned retry, sim::Duration previous, sim::Draw draw) const {
  if (jitter == Jitter::decorrelated) {
    const sim::Duration before = std::max(previous, base);
    const bool overflows = before > sim::Duration::max() / 3;
    return std::min(cap, drawn(base, overflows ? sim::Duration::max() : before * 3, draw));
  }
  sim::Duration wait = std::min(base, cap);
  if (kind == BackoffKind::exponential) {
    for (unsigned n = 0; n < retry && wait < cap; ++n) wait = wait > cap / 2 ? cap : wait * 2;
  }
  switch (jitter) {
    case Jitter::equal:
      return drawn(wait / 2, wait, draw);
    case Jitter::full:
      return drawn({}, wait, draw);
    case Jitter::none:
    case Jitter::decorrelated:
      break;
  }
  return wait;
}

}  // namespace faultline::models
