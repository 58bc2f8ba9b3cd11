#include "scenarios/json_fields.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/json_pointer.h"

namespace faultline::scenarios {

using models::Field;

JsonFields::JsonFields(ValueAt object, const Names& names, std::vector<std::string> ignored,
                       Reading reading)
    : object_(std::move(object)),
      names_(names),
      ignored_(std::move(ignored)),
      reading_(reading),
      is_object_(object_.value.is_object()),
      problems_before_(object_.problems.count()) {
  if (!is_object_) object_.refuse("an object");
}

void JsonFields::finish() {
  if (!is_object_) return;
  for (const auto& [key, value] : object_.value.items()) {
    const auto is_key = [&](const std::string& name) { return name == key; };
    if (std::any_of(known_.begin(), known_.end(), is_key)) continue;
    if (std::any_of(ignored_.begin(), ignored_.end(), is_key)) continue;
    std::vector<std::string> valid = known_;
    valid.insert(valid.end(), ignored_.begin(), ignored_.end());
    object_.refuse_key(key, valid);
  }
}

std::optional<ValueAt> JsonFields::find_composite(const Field& field) {
  const std::string key(field.name);
  known_.push_back(key);
  if (!is_object_) return std::nullopt;
  if (!object_.value.contains(key)) {
    if (field.required && reading_ == Reading::whole) {
      object_.document.add_problem(object_.pointer, "the key \"" + key + "\" is missing",
                                   object_.problems);
    }
    return std::nullopt;
  }
  return object_.child(key);
}

std::optional<ValueAt> JsonFields::find(const Field& field) {
  auto found = find_composite(field);
  if (found && reading_ == Reading::partial && !field.live) {
    found->document.add_problem(
        object_.pointer,
        "\"" + std::string(field.name) + "\" cannot be changed while the simulation runs",
        found->problems);
    return std::nullopt;
  }
  return found;
}

template <class Value, class Read>
void JsonFields::read(const Field& field, Value& value, Read&& read_value) {
  const auto found = find(field);
  if (!found) return;
  if (auto got = read_value(*found)) value = std::move(*got);
}

void JsonFields::flag(const Field& field, bool& value) { read(field, value, read_bool); }

void JsonFields::count(const Field& field, std::uint64_t& value, models::CountRange range) {
  read(field, value, [&](const ValueAt& at) {
    return read_count(at, {.min = static_cast<std::int64_t>(range.min),
                           .max = static_cast<std::int64_t>(range.max)});
  });
}

void JsonFields::count(const Field& field, std::optional<std::uint64_t>& value,
                       models::CountRange range) {
  std::uint64_t got = value.value_or(range.min);
  const bool present = is_object_ && object_.value.contains(std::string(field.name));
  count(field, got, range);
  if (present) value = got;
}

void JsonFields::number(const Field& field, double& value, models::NumberRange range) {
  read(field, value, [&](const ValueAt& at) {
    const double most = std::min(range.max, Range<double>{}.max);  // where there is no bound
    auto got = read_number(at, {.min = range.min, .max = most});
    if (got && range.min_excluded && *got <= range.min) got = at.refuse("a number above 0");
    return got;
  });
}

void JsonFields::value(const Field& field, std::optional<double>& value) {
  read(field, value,
       [](const ValueAt& at) { return at.value.is_string() ? read_ratio(at) : read_number(at); });
}

void JsonFields::ratio(const Field& field, double& value) {
  read(field, value, [](const ValueAt& at) { return read_ratio(at); });
}

void JsonFields::ratio(const Field& field, std::optional<double>& value) {
  read(field, value, [](const ValueAt& at) { return read_ratio(at); });
}

void JsonFields::rate(const Field& field, double& value) {
  read(field, value, [](const ValueAt& at) { return read_rate(at); });
}

void JsonFields::bandwidth(const Field& field, std::optional<double>& value) {
  read(field, value, [](const ValueAt& at) { return read_bandwidth(at, {.min = 1}); });
}

void JsonFields::duration(const Field& field, sim::Duration& value, sim::Duration at_least) {
  read(field, value, [&](const ValueAt& at) { return read_duration(at, {.min = at_least}); });
}

void JsonFields::duration(const Field& field, std::optional<sim::Duration>& value,
                          sim::Duration at_least) {
  read(field, value, [&](const ValueAt& at) { return read_duration(at, {.min = at_least}); });
}

void JsonFields::distribution(const Field& field, sim::Distribution& value) {
  read(field, value,
       [](const ValueAt& at) { return read_distribution(at, sim::Quantity::duration); });
}

void JsonFields::distribution(const Field& field, std::optional<sim::Distribution>& value) {
  read(field, value,
       [](const ValueAt& at) { return read_distribution(at, sim::Quantity::duration); });
}

void JsonFields::bytes(const Field& field, sim::Distribution& value) {
  read(field, value, [](const ValueAt& at) { return read_distribution(at, sim::Quantity::bytes); });
}

void JsonFields::bytes(const Field& field, std::optional<sim::Distribution>& value) {
  read(field, value, [](const ValueAt& at) { return read_distribution(at, sim::Quantity::bytes); });
}

void JsonFields::plain(const Field& field, sim::Distribution& value) {
  read(field, value, [](const ValueAt& at) { return read_distribution(at, sim::Quantity::plain); });
}

void JsonFields::weights(const Field& field, std::map<std::string, double>& value) {
  const auto found = find(field);
  if (!found) return;
  if (!found->value.is_object()) {
    found->refuse("an object of names with their weights");
    return;
  }
  for (const auto& item : found->value.items()) {
    const auto weight = read_number(found->child(item.key()), {.min = 0});
    if (!weight) return;
    value[item.key()] = *weight;
  }
  double sum = 0;
  for (const auto& [name, weight] : value) sum += weight;
  if (sum <= 0) found->refuse("at least one weight above 0");
}

void JsonFields::text(const Field& field, std::string& value) { read(field, value, read_string); }

void JsonFields::texts(const Field& field, std::vector<std::string>& value) {
  const auto found = find(field);
  if (!found) return;
  if (!found->value.is_array() || found->value.empty()) {
    found->refuse("a list of names, not empty");
    return;
  }
  for (std::size_t i = 0; i < found->value.size(); ++i) {
    const ValueAt at = found->child(i);
    const auto name = read_string(at);
    if (!name) continue;
    if (name->empty()) {
      at.refuse("a name");
    } else if (std::find(value.begin(), value.end(), *name) != value.end()) {
      at.refuse("every name only once");
    } else {
      value.push_back(*name);
    }
  }
}

void JsonFields::file(const Field& field, std::string& value) {
  read(field, value, [](const ValueAt& at) -> std::optional<std::string> {
    const auto name = read_string(at);
    if (!name) return std::nullopt;
    return at.document.resolve(at.pointer, *name).string();
  });
}

std::optional<std::string> JsonFields::read_name(const ValueAt& at, models::Reference kind) {
  const auto text = read_string(at);
  if (!text) return std::nullopt;
  std::vector<std::string> valid;
  std::string what;
  switch (kind) {
    case models::Reference::component:
      valid = names_.components_if([](const std::string& type) { return type != "workload"; });
      what = "component";
      break;
    case models::Reference::address:
      valid = names_.components_if(
          [](const std::string& type) { return type != "workload" && type != "dns"; });
      what = "component other than a DNS name";
      break;
    case models::Reference::dns:
      valid = names_.components_if([](const std::string& type) { return type == "dns"; });
      what = "component of type dns";
      break;
    case models::Reference::home:
      valid = names_.homes;
      what = "home under /network/clients";
      break;
    case models::Reference::zone:
      valid = names_.zones;
      what = "zone, as \"region/zone\"";
      break;
  }
  if (std::find(valid.begin(), valid.end(), *text) != valid.end()) return text;
  at.problems.add({.origin = at.document.origin_of(at.pointer),
                   .pointer = at.pointer,
                   .message = "expected the name of a " + what,
                   .value = in_quotes(*text),
                   .suggestion = nearest_name(*text, valid)});
  return std::nullopt;
}

void JsonFields::name(const Field& field, models::Reference kind, std::string& value) {
  read(field, value, [&](const ValueAt& at) { return read_name(at, kind); });
}

void JsonFields::names(const Field& field, models::Reference kind,
                       std::vector<std::string>& value) {
  const auto found = find(field);
  if (!found) return;
  if (!found->value.is_array() || found->value.empty()) {
    found->refuse("a list of names, not empty");
    return;
  }
  for (std::size_t i = 0; i < found->value.size(); ++i) {
    if (const auto got = read_name(found->child(i), kind)) value.push_back(*got);
  }
}

void JsonFields::choice(const Field& field, std::span<const std::string_view> words,
                        std::size_t& value) {
  const std::vector<std::string> valid(words.begin(), words.end());
  read(field, value, [&](const ValueAt& at) { return read_choice(at, valid); });
}

void JsonFields::describe_element(const ValueAt& element, const Describe& each) {
  JsonFields inner(element, names_, {}, reading_);
  each(inner);
  inner.finish();
}

void JsonFields::describe_list(const ValueAt& items, const Describe& each) {
  if (!items.value.is_array()) {
    items.refuse("a list");
    return;
  }
  for (std::size_t i = 0; i < items.value.size(); ++i) describe_element(items.child(i), each);
}

void JsonFields::object(const Field& field, std::string_view, const Describe& describe) {
  if (const auto found = find_composite(field)) describe_element(*found, describe);
}

void JsonFields::list(const Field& field, std::string_view, const Describe& each) {
  if (const auto found = find_composite(field)) describe_list(*found, each);
}

void JsonFields::map(const Field& field, std::string_view, const DescribeNamed& each) {
  const auto found = find_composite(field);
  if (!found) return;
  if (!found->value.is_object()) {
    found->refuse("an object");
    return;
  }
  for (const auto& item : found->value.items()) {
    describe_element(found->child(item.key()),
                     [&](models::Fields& inner) { each(item.key(), inner); });
  }
}

void JsonFields::lists(const Field& field, std::string_view,
                       const std::function<void()>& begin_list, const Describe& each) {
  const auto found = find_composite(field);
  if (!found) return;
  if (!found->value.is_array()) {
    found->refuse("a list of lists");
    return;
  }
  for (std::size_t i = 0; i < found->value.size(); ++i) {
    begin_list();
    describe_list(found->child(i), each);
  }
}

void JsonFields::named_lists(const Field& field, std::string_view, const BeginNamed& begin_list,
                             const Describe& each) {
  const auto found = find_composite(field);
  if (!found) return;
  if (!found->value.is_object()) {
    found->refuse("an object of lists");
    return;
  }
  for (const auto& item : found->value.items()) {
    begin_list(item.key());
    describe_list(found->child(item.key()), each);
  }
}

void JsonFields::reject(std::string_view name, std::string_view message) {
  if (!is_object_ || object_.problems.count() > problems_before_) return;
  const std::string pointer = name.empty() ? object_.pointer : child_pointer(object_.pointer, name);
  object_.document.add_problem(pointer, std::string(message), object_.problems);
  ++problems_before_;
}

}  // namespace faultline::scenarios
