#include "models/workload/arrival_process.h"

#include <array>
#include <string>

#include "sim/check.h"
#include "sim/units.h"
#include "sim/ziggurat.h"

namespace faultline::models {
namespace {

enum Purpose : std::uint64_t { step_draw = 1, switch_draw = 2 };

sim::ParseError wrong(std::size_t position, std::string message) {
  return {.position = position, .message = std::move(message)};
}

// The named arguments of `bursty(...)`, each exactly once.
sim::Parsed<ArrivalSettings> parse_bursty(std::string_view text, std::size_t begin,
                                          std::size_t end) {
  ArrivalSettings settings{.kind = ArrivalSettings::Kind::bursty};
  std::array<bool, 4> seen{};
  constexpr std::array<std::string_view, 4> names = {"high", "low", "high-for", "low-for"};
  while (begin < end) {
    while (begin < end && text[begin] == ' ') ++begin;
    const std::size_t stop = std::min(text.find(',', begin), end);
    const std::size_t equals = text.find('=', begin);
    if (equals >= stop) return wrong(begin, "expected NAME=VALUE");
    const std::string_view name = text.substr(begin, equals - begin);
    const std::string_view value = text.substr(equals + 1, stop - equals - 1);
    const auto which =
        static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    if (which == names.size()) return wrong(begin, "expected high, low, high-for or low-for");
    if (seen[which]) return wrong(begin, "expected " + std::string(name) + " only once");
    seen[which] = true;
    if (which < 2) {
      const auto rate = sim::parse_rate(value);
      if (!rate) return wrong(equals + 1 + rate.error().position, rate.error().message);
      (which == 0 ? settings.rate_per_s : settings.low_rate_per_s) = *rate;
    } else {
      const auto lasts = sim::parse_duration(value);
      if (!lasts) return wrong(equals + 1 + lasts.error().position, lasts.error().message);
      if (lasts->ns == 0) return wrong(equals + 1, "expected a duration above 0");
      (which == 2 ? settings.high_for : settings.low_for) = *lasts;
    }
    begin = stop + 1;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!seen[i]) return wrong(end, "expected " + std::string(names[i]) + "=... as well");
  }
  if (settings.rate_per_s <= 0) return wrong(0, "expected a high rate above 0");
  return settings;
}

}  // namespace

sim::Parsed<ArrivalSettings> parse_arrivals(std::string_view text) {
  const std::size_t open = text.find('(');
  const std::string_view kind = text.substr(0, open);
  if (kind != "poisson" && kind != "regular" && kind != "bursty") {
    return wrong(0,
                 "expected poisson(RATE), regular(RATE) or bursty(high=RATE, low=RATE, "
                 "high-for=TIME, low-for=TIME)");
  }
  if (open == std::string_view::npos || text.back() != ')') {
    return wrong(text.size(), "expected an argument in parentheses, such as " +
                                  std::string(kind == "bursty" ? "poisson" : kind) + "(70/s)");
  }
  if (kind == "bursty") return parse_bursty(text, open + 1, text.size() - 1);
  const auto rate = sim::parse_rate(text.substr(open + 1, text.size() - open - 2));
  if (!rate) return wrong(open + 1 + rate.error().position, rate.error().message);
  if (*rate <= 0) return wrong(open + 1, "expected a rate above 0");
  ArrivalSettings settings;
  settings.kind =
      kind == "poisson" ? ArrivalSettings::Kind::poisson : ArrivalSettings::Kind::regular;
  settings.rate_per_s = *rate;
  return settings;
}

ArrivalProcess::ArrivalProcess(const ArrivalSettings& settings,
                               const std::optional<CurveSettings>& curve, sim::Luck luck,
                               sim::Time until)
    : settings_(settings),
      steps_luck_(luck.with(step_draw)),
      switches_luck_(luck.with(switch_draw)),
      curve_(curve ? curve->apply(settings.rate_per_s, until) : RateCurve(settings.rate_per_s)) {
  if (settings_.kind == ArrivalSettings::Kind::bursty) {
    high_ = false;
    switch_state({});
  }
  due_ = step();
}

double ArrivalProcess::step() {
  if (settings_.kind == ArrivalSettings::Kind::regular) return 1;
  sim::Draw draw = steps_luck_.draw(ordinal_);
  return sim::standard_exponential(draw);
}

std::optional<sim::Time> ArrivalProcess::next() const {
  if (factor_ <= 0) return std::nullopt;
  const auto at = curve_.inverse(reached_ + (due_ - passed_) / factor_);
  if (!at) return std::nullopt;
  return std::max(*at, changed_at_);
}

void ArrivalProcess::advance() {
  ++ordinal_;
  due_ += step();
}

void ArrivalProcess::change_factor(sim::Time now, double factor) {
  const double reached = curve_.integral(now);
  passed_ += factor_ * (reached - reached_);
  reached_ = reached;
  changed_at_ = now;
  factor_ = factor;
}

void ArrivalProcess::refactor(sim::Time now) {
  double factor = high_ ? 1 : settings_.low_rate_per_s / settings_.rate_per_s;
  for (const auto& [cause, by] : causes_) factor *= by;
  change_factor(now, factor);
}

void ArrivalProcess::scale(sim::Time now, std::uint32_t cause, std::optional<double> factor) {
  if (factor) {
    causes_[cause] = *factor;
  } else {
    causes_.erase(cause);
  }
  refactor(now);
}

void ArrivalProcess::switch_state(sim::Time now) {
  high_ = !high_;
  refactor(now);
  sim::Draw draw = switches_luck_.draw(switches_++);
  const sim::Duration mean = high_ ? settings_.high_for : settings_.low_for;
  next_switch_ =
      now + sim::Duration::from_ns(static_cast<double>(mean.ns) * sim::standard_exponential(draw));
}

}  // namespace faultline::models
