#include "analysis/planning/slo.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/ensemble/metric_list.h"
#include "analysis/ensemble/metric_names.h"
#include "sim/units.h"

namespace faultline::analysis {
namespace {

using scenarios::Expectation;

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

struct Comparison {
  std::string_view sign;
  std::optional<double> Expectation::*bound;
};

// The longer signs first: "<=" begins with "<".
constexpr std::array<Comparison, 4> comparisons = {{{"<=", &Expectation::at_most},
                                                    {">=", &Expectation::at_least},
                                                    {"<", &Expectation::below},
                                                    {">", &Expectation::above}}};

// In the unit of the metric.
std::optional<double> bound_value(std::string_view metric, std::string_view text) {
  const bool is_time = metric.find("_ms") != metric.npos;
  if (text.ends_with('%')) {
    const auto percent = sim::parse_number(without_blanks(text.substr(0, text.size() - 1)));
    return percent && !is_time ? std::optional(*percent / 100) : std::nullopt;
  }
  if (const auto number = sim::parse_number(text)) return *number;
  const auto duration = sim::parse_duration(text);
  return is_time && duration ? std::optional(duration->seconds() * 1000) : std::nullopt;
}

// Whether the mean may lie on the wrong side, and on the right one, of a bound.
struct Sides {
  bool wrong = false;
  bool right = false;
};

Sides sides_of(const Expectation& objective, const Interval& interval) {
  Sides sides{.wrong = !objective.holds(interval.low()) || !objective.holds(interval.high()),
              .right = false};
  Expectation upwards;  // without a bound from above: only too low a value misses
  upwards.above = objective.above;
  upwards.at_least = objective.at_least;
  Expectation downwards;
  downwards.below = objective.below;
  downwards.at_most = objective.at_most;
  sides.right = upwards.holds(interval.high()) && downwards.holds(interval.low());
  if (objective.equals) sides.right = !sides.wrong;
  return sides;
}

}  // namespace

std::optional<Slo> parse_slo(std::string_view text, const std::vector<std::string>& metrics,
                             std::string_view option, scenarios::Problems& problems) {
  const auto refuse = [&](std::string expected, std::string_view got) {
    problems.add({.origin = {std::string(option), {}},
                  .pointer = {},
                  .message = std::move(expected),
                  .value = scenarios::in_quotes(got),
                  .suggestion = {}});
    return std::nullopt;
  };
  const std::size_t place = text.find_first_of("<>");
  const auto found =
      std::find_if(comparisons.begin(), comparisons.end(), [&](const Comparison& comparison) {
        return place != text.npos && text.substr(place).starts_with(comparison.sign);
      });
  if (found == comparisons.end()) {
    return refuse("expected METRIC < VALUE, such as 'latency_ms.p99 < 250', with <, <=, > or >=",
                  text);
  }
  const std::string_view said = without_blanks(text.substr(place + found->sign.size()));
  const auto metric =
      resolve_metric(metrics, without_blanks(text.substr(0, place)), option, problems);
  if (!metric) return std::nullopt;
  const auto value = bound_value(*metric, said);
  if (value && is_share_metric(*metric) && *value > 1) {
    return refuse("expected a share from 0 to 1 or a percentage, such as 99.9%", said);
  }
  if (!value) {
    return refuse(
        "expected a number, a percentage of something that is not a time, or a duration where "
        "the metric is in ms, after the " +
            std::string(found->sign),
        said);
  }
  Slo slo{.objective = {}, .text = fmt::format("{} {} {}", *metric, found->sign, said)};
  slo.objective.metric = *metric;
  slo.objective.label = slo.text;
  slo.objective.*found->bound = value;
  return slo;
}

Slo slo_of(const Expectation& objective) {
  if (objective.during || objective.equals) return {objective, objective.text()};
  std::string text;
  for (const Comparison& comparison : comparisons) {
    const auto& bound = objective.*comparison.bound;
    if (!bound) continue;
    text += fmt::format("{} {} {:g}", text.empty() ? objective.metric : " and", comparison.sign,
                        *bound);
  }
  return {objective, text};
}

std::string_view name_of(Standing standing) {
  if (standing == Standing::holds) return "holds";
  return standing == Standing::misses ? "misses" : "unclear";
}

SloStanding standing_of(const Expectation& objective, std::span<const std::optional<double>> values,
                        double confidence) {
  std::vector<double> reported;
  for (const auto& value : values) {
    if (value) reported.push_back(*value);
  }
  SloStanding standing{.standing = Standing::misses,
                       .interval = student_interval(reported, confidence),
                       .silent = values.size() - reported.size()};
  if (standing.silent > 0 || !standing.interval) return standing;
  // Of one run nothing is known of chance.
  if (!standing.interval->half_width) {
    standing.standing = Standing::unclear;
    return standing;
  }
  const Sides sides = sides_of(objective, *standing.interval);
  if (!sides.wrong) {
    standing.standing = Standing::holds;
  } else {
    standing.standing = sides.right ? Standing::unclear : Standing::misses;
  }
  return standing;
}

}  // namespace faultline::analysis
