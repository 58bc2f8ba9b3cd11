#include "sim/transmitter.h"

#include <algorithm>
#include <iterator>

#include "sim/check.h"

namespace faultline::sim {

namespace {

// Half of what the clock can count (146 years): a transmitter taken that far ahead stays so.
constexpr Time never{INT64_MAX / 2};

}  // namespace

Time Transmitter::take(Time now, Time arrival, Duration length) {
  CHECK(arrival >= now);
  CHECK(length >= Duration{});
  // Dropped in batches, so that a crowded wire is not shifted at every message.
  const auto past = std::partition_point(taken_.begin(), taken_.end(),
                                         [now](const Span& span) { return span.end <= now; });
  if ((past - taken_.begin()) * 2 > taken_.end() - taken_.begin()) {
    taken_.erase(taken_.begin(), past);
  }

  Time begin = arrival;
  // The first span after the gap under consideration.
  auto next = std::partition_point(taken_.begin(), taken_.end(),
                                   [begin](const Span& span) { return span.end <= begin; });
  while (next != taken_.end() && next->begin < begin + length) {
    begin = std::max(begin, next->end);
    ++next;
  }
  if (begin > never - length) return never;
  const Time end = begin + length;
  if (length == Duration{}) return end;

  const bool touches_next = next != taken_.end() && next->begin == end;
  const bool touches_previous = next != taken_.begin() && std::prev(next)->end == begin;
  if (touches_previous && touches_next) {
    std::prev(next)->end = next->end;
    taken_.erase(next);
  } else if (touches_previous) {
    std::prev(next)->end = end;
  } else if (touches_next) {
    next->begin = begin;
  } else {
    taken_.insert(next, Span{begin, end});
  }
  return end;
}

Time Transmitter::busy_until(Time at) const {
  for (const Span& span : taken_) {
    if (span.begin <= at && at < span.end) return span.end;
  }
  return at;
}

}  // namespace faultline::sim
