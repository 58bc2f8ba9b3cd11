// TimeLine: the run from its beginning to its end: what befalls it and when, what was done by hand,
// which promises to the users (SLOs) are broken when, and how much of each is left to break.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "viz/view/run/playback.h"

namespace faultline::viz {

struct TimeMark {
  enum class Kind : std::uint8_t { planned, random, by_hand };
  Kind kind = Kind::planned;
  sim::Time begin;
  std::optional<sim::Time> end;  // nullopt: it lasts, or is over at once
  std::string label;             // "crash web/0"
};

// A promise, and when it was broken: windows in which it did not hold, joined.
struct Promise {
  std::string label;
  std::string text;
  std::vector<std::pair<sim::Time, sim::Time>> broken;
  // Of what may fail in the whole run, if requests go on as they came so far: the share left, below
  // 0 where more has failed. Of availability alone.
  std::optional<double> budget_left;
};

struct TimeLine {
  sim::Time now;
  sim::Time end;
  sim::Time simulated;                 // until then
  std::optional<sim::Time> turned_at;  // where the history left an earlier one
  std::vector<TimeMark> marks;         // in order of time
  std::vector<Promise> promises;
};

TimeLine time_line_of(const Playback& playback);

// Subject and metric of a chronicle that "/components/db/utilisation" or "latency_ms.p99" means.
std::pair<std::string, std::string> subject_and_metric(const std::string& path);

}  // namespace faultline::viz
