// Fields: how a component names its parameters, once, for everyone who needs to know them.
//
// A settings struct has one function `describe(Fields&)` that lists its parameters in the order a
// reader should meet them, each with name, kind, range, default (the value it holds when described
// on a fresh struct) and a sentence. Who passes which `Fields` decides what happens: the scenario
// reader fills the struct, the schema writer prints a fragment, the documentation test compares,
// and a timeline entry that sets a parameter while running assigns one of them.
//
// Units: durations are sim::Duration, rates are per second, bandwidth is bits per second, sizes are
// bytes, ratios lie in 0..1.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/distribution.h"
#include "sim/time.h"

namespace faultline::models {

// What is said of one parameter, besides its kind.
struct Field {
  std::string_view name;
  std::string_view meaning;  // one sentence, for documentation and the schema
  bool required = false;
  bool live = false;  // may be set while the simulation runs
};

struct CountRange {
  std::uint64_t min = 0;
  std::uint64_t max = std::numeric_limits<std::uint32_t>::max();

  bool operator==(const CountRange&) const = default;
};

struct NumberRange {
  double min = 0;
  double max = std::numeric_limits<double>::infinity();
  bool min_excluded = false;

  bool operator==(const NumberRange&) const = default;
};

// What a name in a scenario must refer to. A component is one that can be called; an address is one
// that is no DNS name.
enum class Reference { component, address, dns, home, zone };

class Fields {
 public:
  virtual ~Fields() = default;

  virtual void flag(const Field&, bool&) = 0;
  virtual void count(const Field&, std::uint64_t&, CountRange = {}) = 0;
  virtual void count(const Field&, std::optional<std::uint64_t>&, CountRange = {}) = 0;
  virtual void number(const Field&, double&, NumberRange = {}) = 0;
  // Any number, also below 0; a percentage is read as a ratio.
  virtual void value(const Field&, std::optional<double>&) = 0;
  virtual void ratio(const Field&, double&) = 0;
  virtual void ratio(const Field&, std::optional<double>&) = 0;
  virtual void rate(const Field&, double&) = 0;                      // per second, >= 0
  virtual void bandwidth(const Field&, std::optional<double>&) = 0;  // bits per second, > 0
  // `at_least` is inclusive.
  virtual void duration(const Field&, sim::Duration&, sim::Duration at_least = {}) = 0;
  virtual void duration(const Field&, std::optional<sim::Duration>&,
                        sim::Duration at_least = {}) = 0;
  virtual void distribution(const Field&, sim::Distribution& of_duration) = 0;
  virtual void distribution(const Field&, std::optional<sim::Distribution>& of_duration) = 0;
  virtual void bytes(const Field&, sim::Distribution& of_bytes) = 0;
  virtual void bytes(const Field&, std::optional<sim::Distribution>& of_bytes) = 0;
  virtual void plain(const Field&, sim::Distribution& of_numbers) = 0;
  // Names with weights >= 0, at least one of them above 0. Those not read keep theirs.
  virtual void weights(const Field&, std::map<std::string, double>&) = 0;
  virtual void text(const Field&, std::string&) = 0;
  virtual void texts(const Field&, std::vector<std::string>&) = 0;  // not empty, none twice
  virtual void file(const Field&, std::string& path) = 0;  // resolved against the naming file
  virtual void name(const Field&, Reference, std::string&) = 0;
  virtual void names(const Field&, Reference, std::vector<std::string>&) = 0;
  // One of `words`; the value is its index.
  virtual void choice(const Field&, std::span<const std::string_view> words, std::size_t&) = 0;

  // Composite values. `each` is called once per element present (for a schema: once, on a fresh
  // element); `type` names the shape, so that a shape that contains itself can be referred to.
  using Describe = std::function<void(Fields&)>;
  using DescribeNamed = std::function<void(const std::string& key, Fields&)>;
  virtual void object(const Field&, std::string_view type, const Describe&) = 0;
  virtual void list(const Field&, std::string_view type, const Describe& each) = 0;
  virtual void map(const Field&, std::string_view type, const DescribeNamed& each) = 0;
  // A list of lists, for steps that run side by side: `begin_list`, then `each` per element.
  virtual void lists(const Field&, std::string_view type, const std::function<void()>& begin_list,
                     const Describe& each) = 0;
  // Lists by name, for the steps of each endpoint: `begin_list` with the name, then `each`.
  using BeginNamed = std::function<void(const std::string& key)>;
  virtual void named_lists(const Field&, std::string_view type, const BeginNamed& begin_list,
                           const Describe& each) = 0;

  // Says that parameter `name` of the object being described (empty: the object itself) is wrong in
  // a way its range cannot express. Heeded when reading, ignored otherwise.
  virtual void reject(std::string_view name, std::string_view message) = 0;

  // An enumeration whose values are 0, 1, 2, ... in the order of `words`.
  template <class Enum>
  void choice_of(const Field& field, std::span<const std::string_view> words, Enum& value) {
    auto index = static_cast<std::size_t>(value);
    choice(field, words, index);
    value = static_cast<Enum>(index);
  }
  // A nested struct with its own `describe`.
  template <class Settings>
  void nested(const Field& field, std::string_view type, Settings& settings) {
    object(field, type, [&](Fields& inner) { settings.describe(inner); });
  }
  // Present only when the scenario says so.
  template <class Settings>
  void nested(const Field& field, std::string_view type, std::optional<Settings>& settings) {
    object(field, type, [&](Fields& inner) {
      if (!settings) settings = Settings();
      settings->describe(inner);
    });
  }
  template <class Settings>
  void nested_list(const Field& field, std::string_view type, std::vector<Settings>& settings) {
    list(field, type, [&](Fields& inner) { settings.emplace_back().describe(inner); });
  }
  template <class Settings>
  void nested_map(const Field& field, std::string_view type,
                  std::map<std::string, Settings>& settings) {
    map(field, type, [&](const std::string& key, Fields& inner) { settings[key].describe(inner); });
  }
};

}  // namespace faultline::models
