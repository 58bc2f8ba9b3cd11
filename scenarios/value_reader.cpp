#include "scenarios/value_reader.h"

#include <cmath>
#include <utility>

#include "scenarios/sourced_json.h"

namespace faultline::scenarios {
namespace {

using nlohmann::json;
using sim::Duration;
using sim::Parsed;

// The text of a bound in a message: the shortest that reads back.
std::string number_text(double number) {
  std::string text = json(number).dump();
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}
std::string number_text(std::int64_t number) { return std::to_string(number); }

// "WHAT from MIN to MAX", naming only the bounds there are.
template <class T, class Text>
std::string bounded(const std::string& what, T min, T max, T unbounded_min, T unbounded_max,
                    const Text& text) {
  const bool below = min != unbounded_min;
  const bool above = max != unbounded_max;
  if (below && above) return what + " from " + text(min) + " to " + text(max);
  if (below) return what + " of at least " + text(min);
  if (above) return what + " of at most " + text(max);
  return what;
}

template <class T>
std::string bounded(const std::string& what, Range<T> range) {
  return bounded(what, range.min, range.max, Range<T>{}.min, Range<T>{}.max,
                 [](T bound) { return number_text(bound); });
}

template <class T>
bool within(T value, Range<T> range) {
  return range.min <= value && value <= range.max;
}

template <class T>
std::optional<T> refuse_text(const ValueAt& at, const std::string& expected,
                             const sim::ParseError& error) {
  Origin origin = at.document.origin_of(at.pointer);
  const std::string where = "at character " + std::to_string(error.position + 1);
  at.problems.add({std::move(origin), at.pointer, "expected " + expected,
                   shown(at.value) + " (" + where + ": " + printable(error.message, 200) + ")",
                   std::nullopt});
  return std::nullopt;
}

// A quantity that has a unit: text only.
template <class T>
std::optional<T> read_text(const ValueAt& at, const std::string& what, const std::string& example,
                           Parsed<T> (*parse)(std::string_view)) {
  if (at.value.is_number()) {
    return at.refuse(what + " with its unit, such as \"" + example + "\"");
  }
  const std::string expected = what + " such as \"" + example + "\"";
  if (!at.value.is_string()) return at.refuse(expected);
  const Parsed<T> parsed = parse(at.value.get_ref<const std::string&>());
  if (!parsed) return refuse_text<T>(at, expected, parsed.error());
  return *parsed;
}

// A quantity in bytes or per second; its bounds are told in the base unit, which `unit` names.
template <class T>
std::optional<T> read_quantity(const ValueAt& at, const std::string& what, const char* example,
                               const char* unit, Parsed<T> (*parse)(std::string_view),
                               Range<T> range) {
  const std::optional<T> quantity = read_text(at, what, example, parse);
  if (!quantity || within(*quantity, range)) return quantity;
  return at.refuse(bounded(what, range.min, range.max, Range<T>{}.min, Range<T>{}.max,
                           [unit](T bound) { return number_text(bound) + unit; }));
}

std::optional<std::int64_t> whole_number(const json& value) {
  if (value.is_number_unsigned()) {
    const auto natural = value.get<std::uint64_t>();
    if (natural > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return static_cast<std::int64_t>(natural);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  const double real = value.get<double>();
  constexpr double exact = 9007199254740992.0;  // 2^53: beyond it doubles skip whole numbers
  if (real != std::floor(real) || std::fabs(real) > exact) return std::nullopt;
  return static_cast<std::int64_t>(real);
}

}  // namespace

ValueAt ValueAt::child(const std::string& key) const {
  return {value.at(key), child_pointer(pointer, key), document, problems};
}

ValueAt ValueAt::child(std::size_t index) const {
  return {value.at(index), child_pointer(pointer, index), document, problems};
}

std::nullopt_t ValueAt::refuse(const std::string& expected) const {
  problems.add({document.origin_of(pointer), pointer, "expected " + expected, shown(value), {}});
  return std::nullopt;
}

void ValueAt::refuse_key(const std::string& key, const std::vector<std::string>& valid) const {
  const std::string at_key = child_pointer(pointer, key);
  problems.add({document.origin_of(at_key), at_key, "unknown key " + in_quotes(key), std::nullopt,
                nearest_name(key, valid)});
}

std::optional<bool> read_bool(const ValueAt& at) {
  if (!at.value.is_boolean()) return at.refuse("true or false");
  return at.value.get<bool>();
}

std::optional<std::string> read_string(const ValueAt& at) {
  if (!at.value.is_string()) return at.refuse("a text in double quotes");
  return at.value.get<std::string>();
}

std::optional<std::size_t> read_choice(const ValueAt& at, const std::vector<std::string>& names) {
  const bool text = at.value.is_string();
  const std::string given = text ? at.value.get<std::string>() : std::string();
  for (std::size_t i = 0; text && i < names.size(); ++i) {
    if (names[i] == given) return i;
  }
  std::string expected = "expected one of";
  for (std::size_t i = 0; i < names.size(); ++i) {
    expected += (i == 0 ? " " : ", ") + in_quotes(names[i]);
  }
  at.problems.add({at.document.origin_of(at.pointer), at.pointer, std::move(expected),
                   shown(at.value), nearest_name(given, names)});
  return std::nullopt;
}

std::optional<double> read_number(const ValueAt& at, Range<double> range) {
  const std::string expected = bounded("a number", range);
  if (!at.value.is_number()) return at.refuse(expected);
  const double number = at.value.get<double>();
  if (!within(number, range)) return at.refuse(expected);
  return number;
}

std::optional<std::int64_t> read_count(const ValueAt& at, Range<std::int64_t> range) {
  const std::string expected = bounded("a whole number", range);
  std::optional<std::int64_t> count;
  if (at.value.is_number()) {
    count = whole_number(at.value);
  } else if (at.value.is_string()) {
    const auto parsed = sim::parse_count(at.value.get_ref<const std::string&>());
    if (!parsed) return refuse_text<std::int64_t>(at, expected, parsed.error());
    count = *parsed;
  }
  if (!count || !within(*count, range)) return at.refuse(expected);
  return count;
}

std::optional<double> read_ratio(const ValueAt& at, Range<double> range) {
  const std::string expected = bounded("a ratio", range) + ", or a percentage such as \"99.9%\"";
  std::optional<double> ratio;
  if (at.value.is_number()) {
    ratio = at.value.get<double>();
  } else if (at.value.is_string()) {
    const auto parsed = sim::parse_ratio(at.value.get_ref<const std::string&>());
    if (!parsed) return refuse_text<double>(at, expected, parsed.error());
    ratio = *parsed;
  }
  if (!ratio || !within(*ratio, range)) return at.refuse(expected);
  return ratio;
}

std::optional<Duration> read_duration(const ValueAt& at, DurationRange range) {
  const auto duration = read_text(at, "a duration", "25ms", sim::parse_duration);
  if (!duration || (range.min <= *duration && *duration <= range.max)) return duration;
  const DurationRange unbounded;
  return at.refuse(bounded("a duration", range.min, range.max, unbounded.min, unbounded.max,
                           [](Duration bound) { return sim::format_duration(bound); }));
}

std::optional<std::int64_t> read_bytes(const ValueAt& at, Range<std::int64_t> range) {
  return read_quantity(at, "a size", "64KiB", "B", sim::parse_bytes, range);
}

std::optional<double> read_rate(const ValueAt& at, Range<double> range) {
  return read_quantity(at, "a rate", "70/s", "/s", sim::parse_rate, range);
}

std::optional<double> read_bandwidth(const ValueAt& at, Range<double> range) {
  return read_quantity(at, "a bandwidth", "10Gbps", "bps", sim::parse_bandwidth, range);
}

}  // namespace faultline::scenarios
