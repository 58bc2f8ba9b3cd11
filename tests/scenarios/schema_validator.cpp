#include "tests/scenarios/schema_validator.h"

#include <regex>
#include <set>
#include <stdexcept>

namespace faultline::scenarios {
namespace {

using nlohmann::json;

bool is_of_type(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  if (type == "integer") {
    return value.is_number_integer() ||
           (value.is_number() && value.get<double>() == static_cast<double>(value.get<long>()));
  }
  throw std::invalid_argument("a type the validator does not know: " + type);
}

void append(std::vector<std::string>& all, std::vector<std::string> more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

SchemaValidator::Problems SchemaValidator::check(const json& schema, const json& value,
                                                 const std::string& pointer) const {
  if (schema.is_boolean()) {
    return schema.get<bool>() ? Problems{} : Problems{pointer + ": nothing may stand here"};
  }
  Problems found;
  for (const auto& item : schema.items()) {
    check_keyword(item.key(), schema, value, pointer, found);
  }
  return found;
}

void SchemaValidator::check_keyword(const std::string& keyword, const json& schema,
                                    const json& value, const std::string& pointer,
                                    Problems& found) const {
  static const std::set<std::string> annotations = {"$schema", "$defs", "title", "description",
                                                    "default", "then",  "else"};
  const json& operand = schema[keyword];
  if (annotations.contains(keyword)) return;
  if (keyword == "$ref") {
    const auto target = operand.get<std::string>();
    if (!target.starts_with("#")) throw std::invalid_argument("a reference elsewhere: " + target);
    append(found, check(root_.at(json::json_pointer(target.substr(1))), value, pointer));
  } else if (keyword == "type") {
    if (!is_of_type(value, operand)) {
      found.push_back(pointer + ": not of type " + operand.dump() + ": " + value.dump());
    }
  } else if (keyword == "const") {
    if (value != operand) found.push_back(pointer + ": not " + operand.dump());
  } else if (keyword == "enum") {
    if (std::find(operand.begin(), operand.end(), value) == operand.end()) {
      found.push_back(pointer + ": " + value.dump() + " is none of " + operand.dump());
    }
  } else if (keyword == "pattern") {
    const std::regex pattern(operand.get<std::string>());
    if (value.is_string() && !std::regex_search(value.get<std::string>(), pattern)) {
      found.push_back(pointer + ": " + value.dump() + " is not like " + operand.dump());
    }
  } else if (!check_number(keyword, operand, value, pointer, found) &&
             !check_object(keyword, schema, value, pointer, found) &&
             !check_list(keyword, schema, value, pointer, found) &&
             !check_combination(keyword, schema, value, pointer, found)) {
    throw std::invalid_argument("a keyword the validator does not know: " + keyword);
  }
}

bool SchemaValidator::check_number(const std::string& keyword, const json& bound, const json& value,
                                   const std::string& pointer, Problems& found) const {
  if (keyword != "minimum" && keyword != "maximum" && keyword != "exclusiveMinimum") return false;
  if (!value.is_number()) return true;
  const bool holds = keyword == "minimum"   ? value >= bound
                     : keyword == "maximum" ? value <= bound
                                            : value > bound;
  if (!holds) found.push_back(pointer + ": " + value.dump() + ", " + keyword + " " + bound.dump());
  return true;
}

bool SchemaValidator::check_object(const std::string& keyword, const json& schema,
                                   const json& value, const std::string& pointer,
                                   Problems& found) const {
  static const std::set<std::string> known = {"properties", "required", "additionalProperties",
                                              "propertyNames", "minProperties"};
  if (!known.contains(keyword)) return false;
  if (!value.is_object()) return true;
  const json& operand = schema[keyword];
  if (keyword == "required") {
    for (const std::string key : operand) {
      if (!value.contains(key)) found.push_back(pointer + ": " + key + " is missing");
    }
    return true;
  }
  if (keyword == "minProperties") {
    if (value.size() < operand) found.push_back(pointer + ": too few keys");
    return true;
  }
  const json named = schema.value("properties", json::object());
  for (const auto& item : value.items()) {
    const std::string at = pointer + "/" + item.key();
    const bool is_named = named.contains(item.key());
    if (keyword == "propertyNames") append(found, check(operand, item.key(), at));
    if (keyword == "properties" && is_named) {
      append(found, check(named[item.key()], item.value(), at));
    }
    if (keyword == "additionalProperties" && !is_named) {
      append(found, check(operand, item.value(), at));
    }
  }
  return true;
}

bool SchemaValidator::check_list(const std::string& keyword, const json& schema, const json& value,
                                 const std::string& pointer, Problems& found) const {
  if (keyword != "items" && keyword != "minItems" && keyword != "uniqueItems") return false;
  if (!value.is_array()) return true;
  const json& operand = schema[keyword];
  if (keyword == "minItems" && value.size() < operand) found.push_back(pointer + ": too short");
  if (keyword == "uniqueItems" &&
      std::set<json>(value.begin(), value.end()).size() < value.size()) {
    found.push_back(pointer + ": an item twice");
  }
  for (std::size_t i = 0; keyword == "items" && i < value.size(); ++i) {
    append(found, check(operand, value[i], pointer + "/" + std::to_string(i)));
  }
  return true;
}

bool SchemaValidator::check_combination(const std::string& keyword, const json& schema,
                                        const json& value, const std::string& pointer,
                                        Problems& found) const {
  if (keyword != "anyOf" && keyword != "allOf" && keyword != "if") return false;
  const json& operand = schema[keyword];
  if (keyword == "if") {
    const char* branch = check(operand, value, pointer).empty() ? "then" : "else";
    if (schema.contains(branch)) append(found, check(schema[branch], value, pointer));
    return true;
  }
  Problems closest;
  for (std::size_t i = 0; i < operand.size(); ++i) {
    Problems of_this = check(operand[i], value, pointer);
    if (keyword == "allOf")
      append(found, std::move(of_this));
    else if (of_this.empty())
      return true;
    else if (i == 0)
      closest = std::move(of_this);
  }
  append(found, std::move(closest));
  return true;
}

}  // namespace faultline::scenarios
