// The JSON Schema of single values and objects, for schema.cpp to put together.
//
// A file that `extends` another is a merge patch: nothing is required in it, and null removes a
// key. Only lists are whole in it, for a patch replaces them. So every object has two schemas.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/parameter.h"

namespace faultline::scenarios {

enum class Form { whole, patch };

// What the names of a form's definitions begin with.
std::string prefix_of(Form form);

// Shared by all: quantities with their units, each under "#/$defs/NAME".
nlohmann::ordered_json quantity_definitions();

nlohmann::ordered_json reference_to(std::string_view definition);

// An object with these keys and no others.
nlohmann::ordered_json schema_of_object(const std::vector<Parameter>& parameters, Form form);

// One parameter's value, described. Shared shapes are references to "#/$defs/SHAPE".
nlohmann::ordered_json schema_of(const Parameter& parameter, Form form);

// The shapes that occur several times, as definitions by name, for both forms.
void define_shapes(nlohmann::ordered_json& definitions);

}  // namespace faultline::scenarios
