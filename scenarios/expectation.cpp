#include "scenarios/expectation.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "sim/units.h"

namespace faultline::scenarios {

sim::Parsed<Span> parse_span(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    return sim::ParseError{.position = text.size(), .message = "expected FROM..TO, as in 2m..3m"};
  }
  const auto begin = sim::parse_duration(text.substr(0, dots));
  if (!begin) return begin.error();
  Span span{sim::Time{} + *begin, sim::Time::max()};
  const std::string_view rest = text.substr(dots + 2);
  if (rest.empty()) return span;
  const auto end = sim::parse_duration(rest);
  if (!end) {
    return sim::ParseError{.position = dots + 2 + end.error().position,
                           .message = end.error().message};
  }
  span.end = sim::Time{} + *end;
  if (span.end <= span.begin) {
    return sim::ParseError{.position = dots + 2, .message = "expected an end after the beginning"};
  }
  return span;
}

void Expectation::describe(models::Fields& fields) {
  const auto read_span = [&](std::string_view key, const std::string& text,
                             std::optional<Span>& span) {
    if (text.empty()) return;
    const auto parsed = parse_span(text);
    if (parsed) {
      span = *parsed;
    } else {
      fields.reject(key, parsed.error().describe(text));
    }
  };
  fields.text({"metric",
               "Where the value stands in the result, such as latency_ms.p99 or "
               "/components/db/utilisation.",
               true},
              metric);
  fields.text({"during", "A span of simulated time, FROM..TO; absent: the run after its warm-up."},
              during_text_);
  read_span("during", during_text_, during);
  fields.text({"times-that-of", "Another span: the value is divided by the metric's value there."},
              times_text_);
  read_span("times-that-of", times_text_, times_that_of);
  int bounds = 0;
  const auto bound = [&](std::string_view key, std::string_view meaning,
                         std::optional<double>& value) {
    fields.value({key, meaning}, value);
    if (value) ++bounds;
  };
  bound("above", "The value must be greater.", above);
  bound("below", "The value must be less.", below);
  bound("at-least", "The value must not be less.", at_least);
  bound("at-most", "The value must not be greater.", at_most);
  bound("equals", "The value must be this, to nine digits.", equals);
  if (bounds == 0) {
    fields.reject("", "at least one of above, below, at-least, at-most and equals");
  }
}

bool Expectation::holds(double value) const {
  if (above && !(value > *above)) return false;
  if (below && !(value < *below)) return false;
  if (at_least && !(value >= *at_least)) return false;
  if (at_most && !(value <= *at_most)) return false;
  if (equals) {
    const double size = *equals < 0 ? -*equals : *equals;
    const double difference = value < *equals ? *equals - value : value - *equals;
    if (!(difference <= 1e-9 * (size > 1 ? size : 1))) return false;
  }
  return true;
}

std::string Expectation::text() const {
  std::string text = metric;
  if (!during_text_.empty()) text += " during " + during_text_;
  if (!times_text_.empty()) text += " over that during " + times_text_;
  const std::array<std::pair<const char*, std::optional<double>>, 5> bounds = {
      {{"above", above},
       {"below", below},
       {"at least", at_least},
       {"at most", at_most},
       {"equal to", equals}}};
  bool first = true;
  for (const auto& [word, value] : bounds) {
    if (!value) continue;
    text += fmt::format("{} {} {:g}", first ? " is" : " and", word, *value);
    first = false;
  }
  return text;
}

}  // namespace faultline::scenarios
