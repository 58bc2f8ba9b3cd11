#include "analysis/sweep/value_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sim/units.h"

namespace faultline::analysis {
namespace {

struct NumberWithUnit {
  double number = 0;
  std::string unit;
  bool whole = false;  // written without a fraction
};

std::optional<NumberWithUnit> number_with_unit(std::string_view text) {
  if (text.empty() || text.find_first_of("0123456789.-") != 0) return std::nullopt;
  NumberWithUnit read;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read.number);
  if (error != std::errc{} || !std::isfinite(read.number)) return std::nullopt;
  const std::string_view digits(text.data(), static_cast<std::size_t>(end - text.data()));
  read.unit = text.substr(digits.size());
  read.whole = digits.find_first_of(".eE") == digits.npos;
  return read;
}

// All of `texts` in the one unit that all have, or in that of what they all are.
struct InOneUnit {
  std::vector<double> numbers;
  std::string unit;
  bool is_duration = false;
  bool whole = true;
};

template <class Parse>
bool all_parse(const std::vector<std::string>& texts, std::vector<double>& numbers, Parse parse) {
  numbers.clear();
  for (const std::string& text : texts) {
    const std::optional<double> number = parse(text);
    if (!number) return false;
    numbers.push_back(*number);
  }
  return true;
}

std::optional<InOneUnit> in_one_unit(const std::vector<std::string>& texts) {
  InOneUnit all;
  const auto first = number_with_unit(texts.front());
  if (!first) return std::nullopt;
  all.unit = first->unit;
  const bool same = all_parse(texts, all.numbers, [&](const std::string& text) {
    const auto read = number_with_unit(text);
    all.whole = all.whole && read && read->whole;
    return read && read->unit == all.unit ? std::optional(read->number) : std::nullopt;
  });
  if (same) return all;
  all.whole = false;
  all.is_duration = all_parse(texts, all.numbers, [](const std::string& text) {
    const auto read = sim::parse_duration(text);
    return read ? std::optional(static_cast<double>(read->ns)) : std::nullopt;
  });
  if (all.is_duration) return all;
  const auto plain = [](const auto& read) {
    return read ? std::optional(static_cast<double>(*read)) : std::nullopt;
  };
  all.unit = "";
  all.whole = true;
  if (all_parse(texts, all.numbers,
                [&](const std::string& text) { return plain(sim::parse_count(text)); })) {
    return all;
  }
  all.unit = "B";
  if (all_parse(texts, all.numbers,
                [&](const std::string& text) { return plain(sim::parse_bytes(text)); })) {
    return all;
  }
  all.unit = "/s";
  all.whole = false;
  if (all_parse(texts, all.numbers,
                [&](const std::string& text) { return plain(sim::parse_rate(text)); })) {
    return all;
  }
  return std::nullopt;
}

// At commas that are in no brackets: "exp(5ms),pareto(1ms, 2)" are two.
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (c == ',' && depth <= 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string too_many_values() {
  return fmt::format("expected at most {} values", ValueList::most_values);
}

}  // namespace

double ValueList::Between::at(double share) const {
  const double value = geometric ? from * std::pow(to / from, share) : from + (to - from) * share;
  return whole ? std::round(value) : value;
}

std::string ValueList::Between::text(double value, int digits) const {
  if (is_duration) {
    return sim::format_duration(sim::Duration::from_ns(std::round(value)));
  }
  // Without an exponent, which not every unit would have.
  if (whole && std::abs(value) < 1e15) return fmt::format("{:.0f}{}", value, unit);
  return fmt::format("{:.{}g}{}", value, digits, unit);
}

sim::Parsed<ValueList> ValueList::parse(std::string_view text) {
  const auto wrong = [](std::string message) { return sim::ParseError{0, std::move(message)}; };
  ValueList list;
  const bool geometric = text.starts_with("log:");
  const std::string_view range = geometric ? text.substr(4) : text;
  const std::size_t dots = range.find("..");
  if (!geometric && (dots == range.npos || !number_with_unit(range.substr(0, dots)))) {
    list.values_ = split_list(text);
    if (list.values_.size() > most_values) return wrong(too_many_values());
    for (std::size_t i = 0; i < list.values_.size(); ++i) {
      const std::string& value = list.values_[i];
      if (value.empty()) return wrong("expected a value, a list 1,2,5 or a range 2..16:2");
      if (std::find(list.values_.begin(), list.values_.begin() + static_cast<std::ptrdiff_t>(i),
                    value) != list.values_.begin() + static_cast<std::ptrdiff_t>(i)) {
        return wrong("expected each value once, got " + value + " twice");
      }
    }
    return list;
  }

  const std::string form = geometric ? "log:FROM..TO:POINTS, such as log:10..10000:7"
                                     : "FROM..TO:STEP, such as 2..16:2 or 10ms..50ms:10ms";
  if (dots == range.npos) return wrong("expected " + form);
  const std::size_t colon = range.find(':', dots);
  const bool stepped = colon != range.npos;
  std::vector<std::string> parts = {
      std::string(range.substr(0, dots)),
      std::string(range.substr(dots + 2, stepped ? colon - dots - 2 : range.npos))};
  const std::string step(stepped ? range.substr(colon + 1) : "");
  if (stepped && !geometric) parts.push_back(step);
  const auto units = in_one_unit(parts);
  if (!units) return wrong("expected " + form + ", all in units that go together");
  Between between{.from = units->numbers[0],
                  .to = units->numbers[1],
                  .unit = units->unit,
                  .is_duration = units->is_duration,
                  .geometric = geometric,
                  .whole = units->whole};
  if (between.from >= between.to) return wrong("expected a range that rises, FROM < TO");
  if (geometric && between.from <= 0) return wrong("expected a range above 0 after log:");
  if (!stepped) {
    list.between_ = std::move(between);
    return list;
  }
  if (geometric) {
    const auto points = number_with_unit(step);
    if (!points || !points->whole || !points->unit.empty() || points->number < 2) {
      return wrong("expected " + form + ", with 2 points or more");
    }
    if (points->number > static_cast<double>(most_values)) return wrong(too_many_values());
    for (double i = 0; i < points->number; ++i) {
      std::string value = between.text(between.at(i / (points->number - 1)), 4);
      if (list.values_.empty() || list.values_.back() != value) {
        list.values_.push_back(std::move(value));
      }
    }
    return list;
  }
  const double width = units->numbers[2];
  if (width <= 0) return wrong("expected a step above 0");
  const double steps = std::floor((between.to - between.from) / width * (1 + 1e-12));
  if (steps >= static_cast<double>(most_values)) return wrong(too_many_values());
  for (double i = 0; i <= steps; ++i) {
    list.values_.push_back(between.text(between.from + i * width, 12));
  }
  return list;
}

std::string ValueList::at(double share) const {
  if (between_) return between_->text(between_->at(share), 4);
  const auto count = static_cast<double>(values_.size());
  return values_[static_cast<std::size_t>(share * count)];
}

std::optional<NumericAxis> numeric_axis(const std::vector<std::string>& values) {
  if (values.empty()) return std::nullopt;
  auto units = in_one_unit(values);
  if (!units) return std::nullopt;
  if (units->is_duration) {
    for (double& ns : units->numbers) ns /= 1e9;
    units->unit = "s";
  }
  return NumericAxis{std::move(units->numbers), std::move(units->unit)};
}

}  // namespace faultline::analysis
