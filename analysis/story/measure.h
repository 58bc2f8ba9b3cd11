// Measure: what a story looks at, on which side it hurts, and from where on it is worth a word.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "analysis/story/normal_range.h"

namespace faultline::analysis {

// Which way a figure of a call tells that pressure travels: down to the callee, up to the caller.
enum class Pressure : std::uint8_t { none, down, up };
enum class Subject : std::uint8_t { component, hop, users };

enum class Measure : std::uint8_t {
  replicas_up,
  unhealthy,  // backends believed dead
  hit_ratio,
  load,        // attempts of a caller at a callee
  tries,       // for each call
  collecting,  // garbage, with everything standing still
  utilisation,
  backlog,
  waiting_time,
  wasted,       // work for callers that have left
  errors,       // rejected, failed and lost among the arrived
  outstanding,  // calls that have not ended
  timeouts,
  failures,
  latency,
  goodput,
  success,
};

// How a figure is judged.
struct Judged {
  Measure measure;
  std::string_view name;  // "hit ratio"
  std::string_view unit;  // as in sim/metrics.h
  Subject subject;
  Pressure pressure;
  Side side;
  Floor floor;
  // What a calm window says in which nothing of the kind was counted; nullopt: nothing.
  std::optional<double> idle;
};

// In the order in which, within one window, a cascade goes.
std::span<const Judged> all_measures();
const Judged& judgement_of(Measure measure);

}  // namespace faultline::analysis
