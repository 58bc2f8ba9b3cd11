#include "cli/vary_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/option_reader.h"
#include "scenarios/json_pointer.h"
#include "scenarios/override.h"

namespace faultline::cli {
namespace {

// "web/replicas", as reports call it, lacks the section that it stands in.
bool begins_in_the_middle(const std::string& pointer, const scenarios::Scenario& scenario,
                          scenarios::Problems& problems) {
  const std::string head = pointer.substr(0, pointer.find_first_of("/."));
  const bool is_component = std::any_of(
      scenario.components.begin(), scenario.components.end(),
      [&](const auto& component) { return component->name() == head && head != pointer; });
  if (!is_component) return false;
  std::string whole = "/components/" + pointer;
  std::replace(whole.begin(), whole.end(), '.', '/');
  problems.add({.origin = {"--vary", {}},
                .pointer = {},
                .message = "expected a pointer from the top of the scenario",
                .value = scenarios::in_quotes(pointer),
                .suggestion = whole});
  return true;
}

// What cannot be read, or in several ways, stays: applied to a point it is told what is wrong.
std::string with_slashes(const std::string& pointer, const scenarios::Document& document) {
  const auto readings = scenarios::readings_of_path(document.value(), pointer);
  return readings.size() == 1 ? scenarios::pointer_text(readings.front()) : pointer;
}

// A component or workload that is not there would be begun by its first setting, and the mistake
// be told as something that lacks a type.
void check_named(const std::string& pointer, const scenarios::Scenario& scenario,
                 scenarios::Problems& problems) {
  const auto tokens = scenarios::parse_pointer(pointer);
  if (!tokens || tokens->size() < 2) return;
  if (tokens->front() != "components" && tokens->front() != "workloads") return;
  const std::string& name = (*tokens)[1];
  std::vector<std::string> names;
  for (const auto& component : scenario.components) names.emplace_back(component->name());
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  problems.add({.origin = {"--vary", {}},
                .pointer = {},
                .message = fmt::format("{}: there is no {} here", scenarios::printable(pointer, 80),
                                       scenarios::in_quotes(name)),
                .value = {},
                .suggestion = scenarios::nearest_name(name, names)});
}

}  // namespace

std::vector<analysis::Variation> read_variations(const std::vector<std::string>& vary,
                                                 const scenarios::Scenario* scenario,
                                                 const scenarios::Document& document,
                                                 scenarios::Problems& problems) {
  std::vector<analysis::Variation> variations;
  std::set<std::string> seen;
  for (const std::string& text : vary) {
    scenarios::Problems found;
    auto variation = analysis::parse_variation(text, found);
    for (scenarios::Problem problem : found.kept()) {
      problem.origin.file = "--vary";
      problems.add(std::move(problem));
    }
    if (!variation) continue;
    for (std::string& pointer : variation->pointers) {
      if (scenario != nullptr && begins_in_the_middle(pointer, *scenario, problems)) continue;
      if (!variation->is_load()) pointer = with_slashes(pointer, document);
      if (!seen.insert(pointer).second) {
        OptionReader(problems).refuse("--vary", "each pointer once", pointer);
      }
      if (scenario != nullptr) check_named(pointer, *scenario, problems);
    }
    variations.push_back(*std::move(variation));
  }
  return variations;
}

}  // namespace faultline::cli
