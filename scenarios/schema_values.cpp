#include "scenarios/schema_values.h"

#include <cmath>
#include <string>
#include <utility>

#include "scenarios/schema_shapes.h"
#include "sim/units.h"

namespace faultline::scenarios {
namespace {

using Json = nlohmann::ordered_json;

// As sim/units.h reads them.
constexpr const char* number_pattern = "[0-9]+(\\.[0-9]+)?(e[-+]?[0-9]+)?";
constexpr const char* duration_units = "(ns|us|ms|s|m|min|h|d)";
constexpr const char* byte_units = "(B|KB|MB|GB|KiB|MiB|GiB)";

Json text_matching(const std::string& pattern, const char* description) {
  return {{"type", "string"}, {"pattern", "^" + pattern + "$"}, {"description", description}};
}

Json distribution_of(const std::string& units, const char* description) {
  const std::string value = std::string(number_pattern) + units;
  const std::string law =
      "(constant|uniform|exp|erlang|gamma|lognormal|weibull|pareto|hyperexp|mix|empirical)\\(.+\\)";
  return text_matching("(" + value + "|" + law + ")", description);
}

Json with_bounds(Json schema, const models::NumberRange& range) {
  schema[range.min_excluded ? "exclusiveMinimum" : "minimum"] = range.min;
  if (std::isfinite(range.max)) schema["maximum"] = range.max;
  return schema;
}

Json whole_number(const models::CountRange& range) {
  Json number = {{"type", "integer"}, {"minimum", range.min}};
  if (range.max < INT64_MAX) number["maximum"] = range.max;
  return {{"anyOf", {std::move(number), reference_to("count")}}};
}

Json list_of(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }

Json map_of(Json values) {
  return {{"type", "object"}, {"additionalProperties", std::move(values)}};
}

Json distinct_texts() {
  return {{"type", "array"},
          {"minItems", 1},
          {"uniqueItems", true},
          {"items", {{"type", "string"}, {"pattern", "^.+$"}}}};
}

Json element_of(const Parameter& parameter, Form form) {
  if (shared_shapes().contains(parameter.shape)) {
    return reference_to(prefix_of(form) + parameter.shape);
  }
  return schema_of_object(parameter.parameters, form);
}

Json or_null(Json schema) { return {{"anyOf", {std::move(schema), {{"type", "null"}}}}}; }

Json map_of_elements(const Parameter& parameter, Form form) {
  Json element = element_of(parameter, form);
  return map_of(form == Form::patch ? or_null(std::move(element)) : std::move(element));
}

Json named_lists(const Parameter& parameter, Form form) {
  Json steps = list_of(element_of(parameter, Form::whole));
  return map_of(form == Form::patch ? or_null(std::move(steps)) : std::move(steps));
}

Json weights(Form form) {
  Json weight = {{"type", "number"}, {"minimum", 0}};
  if (form == Form::patch) return map_of(or_null(std::move(weight)));
  Json schema = map_of(std::move(weight));
  schema["minProperties"] = 1;
  return schema;
}

Json value_of(const Parameter& parameter, Form form) {
  const Json text = {{"type", "string"}};
  switch (parameter.kind) {
    case Kind::flag:
      return {{"type", "boolean"}};
    case Kind::count:
      return whole_number(parameter.counts);
    case Kind::number:
      return with_bounds({{"type", "number"}}, parameter.numbers);
    case Kind::value:
      return {{"anyOf", {{{"type", "number"}}, reference_to("ratio")}}};
    case Kind::ratio:
      return reference_to("ratio");
    case Kind::rate:
      return reference_to("rate");
    case Kind::bandwidth:
      return reference_to("bandwidth");
    case Kind::duration:
      return reference_to("duration");
    case Kind::distribution:
      return reference_to("distribution");
    case Kind::bytes:
      return reference_to("size");
    case Kind::plain:
      return reference_to("number");
    case Kind::weights:
      return weights(form);
    case Kind::text:
    case Kind::file:
    case Kind::name:
      return text;
    case Kind::texts:
      return distinct_texts();
    case Kind::names:
      return {{"type", "array"}, {"minItems", 1}, {"items", text}};
    case Kind::choice:
      return {{"enum", parameter.words}};
    case Kind::object:
      return element_of(parameter, form);
    case Kind::list:
      return list_of(element_of(parameter, Form::whole));
    case Kind::map:
      return map_of_elements(parameter, form);
    case Kind::lists:
      return list_of(list_of(element_of(parameter, Form::whole)));
    case Kind::named_lists:
      return named_lists(parameter, form);
    case Kind::any:
      break;
  }
  return Json::object();
}

std::string description_of(const Parameter& parameter) {
  std::string text = parameter.meaning;
  if (parameter.kind == Kind::duration && parameter.at_least.ns > 1) {
    text += " At least " + sim::format_duration(parameter.at_least) + ".";
  }
  if (parameter.live) text += " May be changed while running.";
  return text;
}

}  // namespace

std::string prefix_of(Form form) { return form == Form::whole ? "" : "patch-"; }

Json reference_to(std::string_view definition) {
  return {{"$ref", "#/$defs/" + std::string(definition)}};
}

Json quantity_definitions() {
  const std::string number = number_pattern;
  const Json ratio_text = text_matching(number + "%?", "0 to 1, or 0% to 100%");
  return {
      {"duration", text_matching("(" + number + duration_units + ")+",
                                 "A time, such as \"25ms\" or \"5m30s\".")},
      {"count", text_matching(number + "[kMG]?", "A whole number as text, such as \"10k\".")},
      {"ratio",
       {{"anyOf", {{{"type", "number"}, {"minimum", 0}, {"maximum", 1}}, ratio_text}},
        {"description", "A ratio, such as 0.999 or \"99.9%\"."}}},
      {"rate", text_matching(number + "[kMG]?/(s|m|min|h|d)", "A rate, such as \"2k/s\".")},
      {"bandwidth",
       text_matching(number + "(bps|kbps|Mbps|Gbps|Tbps)", "Bits per second, such as \"10Gbps\".")},
      {"distribution",
       distribution_of(duration_units,
                       "A time, such as \"25ms\", or a distribution of times, such as "
                       "\"lognormal(mean=8ms, cv=1.5)\".")},
      {"size", distribution_of(byte_units,
                               "A size, such as \"64KiB\", or a distribution of sizes, such as "
                               "\"exp(64KiB)\".")},
      {"number",
       {{"anyOf",
         {{{"type", "number"}, {"minimum", 0}},
          distribution_of("", "A number, or a distribution such as \"uniform(1, 5)\".")}}}},
  };
}

Json schema_of(const Parameter& parameter, Form form) {
  Json schema = value_of(parameter, form);
  if (form == Form::patch) schema = or_null(std::move(schema));
  Json described = {{"description", description_of(parameter)}};
  described.update(schema);
  if (parameter.default_json && form == Form::whole) {
    described["default"] = Json::parse(*parameter.default_json);
  }
  return described;
}

Json schema_of_object(const std::vector<Parameter>& parameters, Form form) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const Parameter& parameter : parameters) {
    properties[parameter.name] = schema_of(parameter, form);
    if (parameter.required) required.push_back(parameter.name);
  }
  Json schema = {{"type", "object"}, {"properties", std::move(properties)}};
  if (form == Form::whole && !required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return schema;
}

void define_shapes(Json& definitions) {
  for (const Form form : {Form::whole, Form::patch}) {
    for (const auto& [shape, parameters] : shared_shapes()) {
      definitions[prefix_of(form) + shape] = schema_of_object(parameters, form);
    }
  }
}

}  // namespace faultline::scenarios
