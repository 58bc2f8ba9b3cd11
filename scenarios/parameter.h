// Parameter: what is known of one key of the scenario language, gathered from `describe`, for
// whoever writes about it: the JSON Schema and the tables of docs/scenario-format.md.
//
// Default and words are as a scenario author would write them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/fields.h"
#include "sim/time.h"

namespace faultline::scenarios {

enum class Kind : std::uint8_t {
  flag,
  count,
  number,
  value,
  ratio,
  rate,
  bandwidth,
  duration,
  distribution,  // of a duration
  bytes,         // a distribution of sizes
  plain,         // a distribution of numbers
  weights,
  text,
  texts,
  file,
  name,
  names,
  choice,
  object,
  list,
  map,
  lists,
  named_lists,
  any,  // whatever fits the parameter that another key names
};

struct Parameter {
  std::string name;
  std::string meaning;
  Kind kind = Kind::text;
  bool required = false;
  bool live = false;
  std::optional<std::string> default_json;  // absent: there is none, or it is required

  models::CountRange counts;       // of a count
  models::NumberRange numbers;     // of a number
  sim::Duration at_least;          // of a duration
  models::Reference refers_to{};   // of names
  std::vector<std::string> words;  // of a choice

  std::string shape;                  // of composites: what their elements are called
  bool within_itself = false;         // the shape is one of those around it, described there
  std::vector<Parameter> parameters;  // of an element; none when `within_itself`

  bool operator==(const Parameter&) const = default;
};

// What `describe` lists, in its order. The defaults are what it holds before.
std::vector<Parameter> parameters_of(const std::function<void(models::Fields&)>& describe);

}  // namespace faultline::scenarios
