// Expectation: an assertion on a result: a metric, perhaps over a span of simulated time, held
// against bounds, or against itself over another span.
//
//   { "metric": "goodput_per_s", "during": "2m..3m", "below": 35 }
//   { "metric": "/components/db/utilisation", "during": "30s..40s", "at-least": 2,
//     "times-that-of": "10s..20s" }
#pragma once

#include <optional>
#include <string>

#include "models/fields.h"
#include "sim/parsed.h"
#include "sim/time.h"

namespace faultline::scenarios {

struct Span {
  sim::Time begin;
  sim::Time end;  // half-open
};

// "2m..3m"; an absent end ("2m..") is that of the run.
sim::Parsed<Span> parse_span(std::string_view text);

struct Expectation {
  std::string label;
  std::string metric;  // JSON pointer into the result, or its dotted form
  std::optional<Span> during;
  std::optional<Span> times_that_of;  // the value is the quotient of the two
  std::optional<double> above;
  std::optional<double> below;
  std::optional<double> at_least;
  std::optional<double> at_most;
  std::optional<double> equals;

  void describe(models::Fields& fields);
  // "goodput_per_s during 2m..3m is below 35"
  std::string text() const;
  bool holds(double value) const;

 private:
  std::string during_text_;
  std::string times_text_;
};

}  // namespace faultline::scenarios
