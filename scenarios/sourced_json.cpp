#include "scenarios/sourced_json.h"

#include "scenarios/problems.h"

namespace faultline::scenarios {

using nlohmann::json;

std::string kind_of(const json& value) {
  switch (value.type()) {
    case json::value_t::object:
      return "an object";
    case json::value_t::array:
      return "an array";
    case json::value_t::string:
      return "a string";
    case json::value_t::boolean:
      return "true or false";
    case json::value_t::null:
      return "null";
    default:
      return "a number";
  }
}

std::string shown(const json& value) {
  const auto counted = [&](const char* kind, const char* part) {
    const std::size_t n = value.size();
    return std::string(kind) + std::to_string(n) + part + (n == 1 ? "" : "s");
  };
  if (value.is_object()) return counted("an object of ", " key");
  if (value.is_array()) return counted("an array of ", " item");
  if (value.is_string()) return in_quotes(value.get_ref<const std::string&>());
  return value.dump();
}

}  // namespace faultline::scenarios
