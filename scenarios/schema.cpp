#include "scenarios/schema.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "models/registry.h"
#include "scenarios/outline.h"
#include "scenarios/schema_values.h"

namespace faultline::scenarios {
namespace {

using Json = nlohmann::ordered_json;

std::string definition_of(const models::ComponentType& type, Form form) {
  return prefix_of(form) + "component-" + std::string(type.type);
}

Json schema_of_component(const models::ComponentType& type, Form form) {
  const Json parameters = schema_of_object(component_parameters(type), form);
  Json schema = {{"description", type.about}};
  schema.update(parameters);
  Json properties = {{std::string(type_key), {{"const", type.type}}}};
  properties.update(parameters["properties"]);
  schema["properties"] = std::move(properties);
  return schema;
}

// A component says by its type which keys it has. A patch need not say it again: then it may have
// those of any type.
Json schema_of_any_component(Form form) {
  const std::string type(type_key);
  Json types = Json::array();
  Json conditions = Json::array();
  std::vector<std::string> keys{type};
  for (const models::ComponentType& component : models::component_types()) {
    types.push_back(component.type);
    conditions.push_back({{"if",
                           {{"properties", {{type, {{"const", component.type}}}}},
                            {"required", Json::array({type})}}},
                          {"then", reference_to(definition_of(component, form))}});
    for (const Parameter& parameter : component_parameters(component)) {
      if (std::find(keys.begin(), keys.end(), parameter.name) == keys.end()) {
        keys.push_back(parameter.name);
      }
    }
  }
  Json schema = {
      {"type", "object"},
      {"properties", {{type, {{"description", "What it is."}, {"enum", std::move(types)}}}}}};
  if (form == Form::whole) {
    schema["required"] = Json::array({type});
  } else {
    schema["propertyNames"] = {{"enum", std::move(keys)}};
  }
  schema["allOf"] = std::move(conditions);
  return schema;
}

// Things by name or label; in a patch, null removes one.
Json by_name(Json element, Form form, bool at_least_one = false) {
  if (form == Form::patch) element = {{"anyOf", {std::move(element), {{"type", "null"}}}}};
  Json schema = {{"type", "object"}};
  if (at_least_one && form == Form::whole) schema["minProperties"] = 1;
  schema["additionalProperties"] = std::move(element);
  return schema;
}

Json schema_of_expectations(Form form) {
  Json schema = schema_of_object(expectation_parameters(), form);
  if (form == Form::patch) return schema;
  Json one_of_the_bounds = Json::array();
  for (const char* bound : {"above", "below", "at-least", "at-most", "equals"}) {
    one_of_the_bounds.push_back({{"required", Json::array({bound})}});
  }
  schema["anyOf"] = std::move(one_of_the_bounds);
  return schema;
}

Json schema_of_section(std::string_view key, Form form) {
  if (key == "run") return schema_of_object(run_parameters(), form);
  if (key == "series") return schema_of_object(series_parameters(), Form::whole);
  if (key == "view") return schema_of_object(view_parameters(), form);
  if (key == "network") return schema_of_object(network_parameters(), form);
  if (key == "components") {
    return by_name(reference_to(prefix_of(form) + "component"), form, true);
  }
  if (key == "workloads") {
    return by_name(schema_of_object(workload_parameters(), form), form, true);
  }
  if (key == "timeline") return by_name(schema_of_object(timeline_parameters(), form), form);
  if (key == "faults") return by_name(schema_of_object(fault_parameters(), form), form);
  if (key == "slos") return by_name(schema_of_expectations(form), form);
  if (key == "alerts") return by_name(schema_of_object(alert_parameters(), form), form);
  if (key == "cost") return schema_of_object(price_parameters(), form);
  if (key == "expect") return by_name(schema_of_expectations(Form::whole), Form::whole);
  return {{"type", "string"}};
}

Json schema_of_document(Form form) {
  Json properties = Json::object();
  Json required = Json::array();
  const auto add = [&](const TopLevelKey& key) {
    Json section = {{"description", key.meaning}};
    Json schema = schema_of_section(key.name, form);
    if (form == Form::patch && key.inherited) {
      schema = {{"anyOf", {std::move(schema), {{"type", "null"}}}}};
    }
    section.update(schema);
    properties[std::string(key.name)] = std::move(section);
    if (key.required) required.push_back(key.name);
  };
  for (const TopLevelKey& key : document_keys()) add(key);
  for (const TopLevelKey& key : top_level_keys()) add(key);
  if (form == Form::whole) properties.erase("extends");
  Json schema = {{"type", "object"}, {"properties", std::move(properties)}};
  schema["required"] = form == Form::whole ? std::move(required) : Json::array({"extends"});
  schema["additionalProperties"] = false;
  return schema;
}

}  // namespace

Json scenario_schema() {
  Json definitions = quantity_definitions();
  define_shapes(definitions);
  for (const Form form : {Form::whole, Form::patch}) {
    const std::string prefix = prefix_of(form);
    definitions[prefix + "scenario"] = schema_of_document(form);
    definitions[prefix + "component"] = schema_of_any_component(form);
    for (const models::ComponentType& type : models::component_types()) {
      definitions[definition_of(type, form)] = schema_of_component(type, form);
    }
  }
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"title", "Faultline scenario"},
          {"description",
           "An architecture, the load on it, what befalls it and what is expected of it."},
          {"if", {{"required", Json::array({"extends"})}}},
          {"then", reference_to("patch-scenario")},
          {"else", reference_to("scenario")},
          {"$defs", std::move(definitions)}};
}

std::string scenario_schema_text() { return scenario_schema().dump(2) + "\n"; }

}  // namespace faultline::scenarios
