// The outline of the scenario language: its top-level keys and the parameters of each section,
// gathered from the same declarations that a scenario is read with.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "models/registry.h"
#include "scenarios/parameter.h"

namespace faultline::scenarios {

struct TopLevelKey {
  std::string_view name;
  std::string_view meaning;
  std::string_view kind = "object";
  bool required = false;
  bool inherited = true;  // by a file that `extends` another
};

// Those that are left when a document is complete: without `extends` and `$schema`.
std::span<const TopLevelKey> top_level_keys();
// `$schema` and `extends`, which have done their work when a document is complete.
std::span<const TopLevelKey> document_keys();

// The key beside a component's parameters that says what it is.
inline constexpr std::string_view type_key = "type";
// The key of a timeline entry that holds any value: what `set` sets its parameter to.
inline constexpr std::string_view set_value_key = "to";

std::vector<Parameter> run_parameters();
std::vector<Parameter> series_parameters();
std::vector<Parameter> view_parameters();
std::vector<Parameter> network_parameters();
std::vector<Parameter> component_parameters(const models::ComponentType& type);
std::vector<Parameter> workload_parameters();
std::vector<Parameter> timeline_parameters();
std::vector<Parameter> fault_parameters();
std::vector<Parameter> alert_parameters();
std::vector<Parameter> price_parameters();
std::vector<Parameter> expectation_parameters();

}  // namespace faultline::scenarios
