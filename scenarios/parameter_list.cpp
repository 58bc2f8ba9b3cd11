#include "scenarios/parameter_list.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/units.h"

namespace faultline::scenarios {
namespace {

using models::Field;

std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }

// 3 rather than 3.0.
std::string number_text(double number) {
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (number == std::floor(number) && std::fabs(number) < exact) {
    return std::to_string(static_cast<std::int64_t>(number));
  }
  return nlohmann::json(number).dump();
}

// "14h" rather than 50400s.
std::string duration_text(sim::Duration duration) {
  constexpr std::int64_t hour = 3'600'000'000'000;
  if (duration.ns == 0) return quoted("0s");
  if (duration.ns % (24 * hour) == 0) return quoted(std::to_string(duration.ns / 24 / hour) + "d");
  if (duration.ns % hour == 0) return quoted(std::to_string(duration.ns / hour) + "h");
  return quoted(sim::format_duration(duration));
}

std::string distribution_text(const sim::Distribution& distribution, sim::Quantity quantity) {
  if (distribution.constant_value() == 0.0 && quantity == sim::Quantity::duration) {
    return quoted("0s");
  }
  const std::string text = distribution.to_text(quantity);
  return quantity == sim::Quantity::plain && distribution.constant_value() ? text : quoted(text);
}

template <class T, class Text>
std::optional<std::string> text_of(const std::optional<T>& value, Text&& text) {
  return value ? std::optional<std::string>(text(*value)) : std::nullopt;
}

std::optional<std::string> text_unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(quoted(text));
}

std::string count_text(std::uint64_t count) { return std::to_string(count); }

}  // namespace

std::vector<Parameter> parameters_of(const std::function<void(models::Fields&)>& describe) {
  ParameterList list;
  describe(list);
  return list.take();
}

Parameter& ParameterList::add(const Field& field, Kind kind,
                              std::optional<std::string> default_json) {
  Parameter& parameter = parameters_.emplace_back();
  parameter.name = field.name;
  parameter.meaning = field.meaning;
  parameter.kind = kind;
  parameter.required = field.required;
  parameter.live = field.live;
  if (!field.required) parameter.default_json = std::move(default_json);
  return parameter;
}

void ParameterList::add_composite(const Field& field, Kind kind, std::string_view type,
                                  const Describe& describe) {
  Parameter& parameter = add(field, kind);
  parameter.shape = type;
  parameter.within_itself = std::find(around_.begin(), around_.end(), type) != around_.end();
  if (parameter.within_itself) return;
  std::vector<std::string> around = around_;
  around.emplace_back(type);
  ParameterList inner(std::move(around));
  describe(inner);
  parameter.parameters = inner.take();
}

void ParameterList::flag(const Field& field, bool& value) {
  add(field, Kind::flag, value ? "true" : "false");
}

void ParameterList::count(const Field& field, std::uint64_t& value, models::CountRange range) {
  add(field, Kind::count, count_text(value)).counts = range;
}

void ParameterList::count(const Field& field, std::optional<std::uint64_t>& value,
                          models::CountRange range) {
  add(field, Kind::count, text_of(value, count_text)).counts = range;
}

void ParameterList::number(const Field& field, double& value, models::NumberRange range) {
  add(field, Kind::number, number_text(value)).numbers = range;
}

void ParameterList::value(const Field& field, std::optional<double>& value) {
  add(field, Kind::value, text_of(value, number_text));
}

void ParameterList::ratio(const Field& field, double& value) {
  add(field, Kind::ratio, number_text(value));
}

void ParameterList::ratio(const Field& field, std::optional<double>& value) {
  add(field, Kind::ratio, text_of(value, number_text));
}

void ParameterList::rate(const Field& field, double& value) {
  add(field, Kind::rate, quoted(number_text(value) + "/s"));
}

void ParameterList::bandwidth(const Field& field, std::optional<double>& value) {
  add(field, Kind::bandwidth,
      text_of(value, [](double bits) { return quoted(number_text(bits) + "bps"); }));
}

void ParameterList::duration(const Field& field, sim::Duration& value, sim::Duration at_least) {
  const bool unlimited = value == sim::Duration::max();
  add(field, Kind::duration, unlimited ? std::nullopt : std::optional(duration_text(value)))
      .at_least = at_least;
}

void ParameterList::duration(const Field& field, std::optional<sim::Duration>& value,
                             sim::Duration at_least) {
  add(field, Kind::duration, text_of(value, duration_text)).at_least = at_least;
}

void ParameterList::distribution(const Field& field, sim::Distribution& value) {
  add(field, Kind::distribution, distribution_text(value, sim::Quantity::duration));
}

void ParameterList::distribution(const Field& field, std::optional<sim::Distribution>& value) {
  add(field, Kind::distribution, text_of(value, [](const sim::Distribution& law) {
        return distribution_text(law, sim::Quantity::duration);
      }));
}

void ParameterList::bytes(const Field& field, sim::Distribution& value) {
  add(field, Kind::bytes, distribution_text(value, sim::Quantity::bytes));
}

void ParameterList::bytes(const Field& field, std::optional<sim::Distribution>& value) {
  add(field, Kind::bytes, text_of(value, [](const sim::Distribution& law) {
        return distribution_text(law, sim::Quantity::bytes);
      }));
}

void ParameterList::plain(const Field& field, sim::Distribution& value) {
  add(field, Kind::plain, distribution_text(value, sim::Quantity::plain));
}

void ParameterList::weights(const Field& field, std::map<std::string, double>&) {
  add(field, Kind::weights);
}

void ParameterList::text(const Field& field, std::string& value) {
  add(field, Kind::text, text_unless_empty(value));
}

void ParameterList::texts(const Field& field, std::vector<std::string>&) {
  add(field, Kind::texts);
}

void ParameterList::file(const Field& field, std::string&) { add(field, Kind::file); }

void ParameterList::name(const Field& field, models::Reference kind, std::string& value) {
  add(field, Kind::name, text_unless_empty(value)).refers_to = kind;
}

void ParameterList::names(const Field& field, models::Reference kind, std::vector<std::string>&) {
  add(field, Kind::names).refers_to = kind;
}

void ParameterList::choice(const Field& field, std::span<const std::string_view> words,
                           std::size_t& value) {
  std::optional<std::string> chosen;
  if (value < words.size()) chosen = quoted(std::string(words[value]));
  add(field, Kind::choice, std::move(chosen)).words.assign(words.begin(), words.end());
}

void ParameterList::object(const Field& field, std::string_view type, const Describe& describe) {
  add_composite(field, Kind::object, type, describe);
}

void ParameterList::list(const Field& field, std::string_view type, const Describe& each) {
  add_composite(field, Kind::list, type, each);
}

void ParameterList::map(const Field& field, std::string_view type, const DescribeNamed& each) {
  add_composite(field, Kind::map, type, [&](models::Fields& inner) { each("name", inner); });
}

void ParameterList::lists(const Field& field, std::string_view type,
                          const std::function<void()>& begin_list, const Describe& each) {
  add_composite(field, Kind::lists, type, [&](models::Fields& inner) {
    begin_list();
    each(inner);
  });
}

void ParameterList::named_lists(const Field& field, std::string_view type,
                                const BeginNamed& begin_list, const Describe& each) {
  add_composite(field, Kind::named_lists, type, [&](models::Fields& inner) {
    begin_list("name");
    each(inner);
  });
}

}  // namespace faultline::scenarios
