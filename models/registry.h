// The registry: every type of component there is. A new one is a line in registry.cpp.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "models/component.h"

namespace faultline::models {

struct ComponentType {
  std::string_view type;   // as `type` in a scenario
  std::string_view about;  // one line
  std::unique_ptr<Component> (*make)(std::string name);
};

// In order of their names.
std::span<const ComponentType> component_types();
// nullptr: there is no such type.
const ComponentType* find_component_type(std::string_view type);

}  // namespace faultline::models
