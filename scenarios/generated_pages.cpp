#include "scenarios/generated_pages.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "scenarios/find_scenario.h"
#include "scenarios/library_path.h"
#include "scenarios/metric_tables.h"
#include "scenarios/outline.h"
#include "scenarios/parameter_tables.h"
#include "scenarios/problems.h"
#include "scenarios/scenario.h"

namespace faultline::scenarios {
namespace {

constexpr std::string_view begin_marker = "<!-- generated: ";
constexpr std::string_view marker_end = " -->";
constexpr std::string_view end_marker = "<!-- end -->";

std::string component_tables() {
  std::string text;
  for (const models::ComponentType& type : models::component_types()) {
    text += fmt::format(
        "\n### `{0}`\n\n{1} How it works: [models/{0}.md](models/{0}.md). What it measures: "
        "[metrics.md](metrics.md).\n\n{2}",
        type.type, type.about, parameter_table(component_parameters(type)));
  }
  return text + "\n";
}

// Its own: all have replicas, zones and a time to start.
std::string parameters_named(const models::ComponentType& type) {
  models::HostingSettings hosting;
  const auto common = parameters_of([&](models::Fields& fields) { hosting.describe(fields); });
  std::string text;
  for (const Parameter& parameter : component_parameters(type)) {
    const bool own = std::none_of(common.begin(), common.end(),
                                  [&](const Parameter& c) { return c.name == parameter.name; });
    if (own) text += (text.empty() ? "" : ", ") + std::string(parameter.name);
  }
  return text;
}

std::string faults_of(const models::ComponentType& type) {
  using models::Fault;
  const auto component = type.make(std::string(type.type));
  std::string text;
  for (const auto& [fault, words] :
       {std::pair{Fault::crash, "crash, outage, drain"}, std::pair{Fault::slow, "slow, pause"},
        std::pair{Fault::flush, "flush"}, std::pair{Fault::redrive, "redrive"},
        std::pair{Fault::destroy, "destroy"}}) {
    if (component->suffers(fault)) text += (text.empty() ? "" : ", ") + std::string(words);
  }
  return text;
}

// For the README, which is two folders above the pages.
std::string table_of_types() {
  std::string text = "| `type` | What it is | Its parameters | Faults |\n|---|---|---|---|\n";
  for (const models::ComponentType& type : models::component_types()) {
    text += fmt::format("| [`{0}`](docs/models/{0}.md) | {1} | {2} | {3} |\n", type.type,
                        type.about, parameters_named(type), faults_of(type));
  }
  return text;
}

std::string scenario_table() {
  std::string text = "| Scenario | What it shows |\n|---|---|\n";
  const std::filesystem::path library = library_path();
  for (const std::string& name : scenario_names(library)) {
    Problems problems;
    const auto scenario = load_scenario(library / (name + ".json"), {}, library, problems);
    text += fmt::format("| `{}` | {} |\n", name, scenario ? scenario->about : "(has mistakes)");
  }
  return text;
}

}  // namespace

const std::map<std::string, std::function<std::string()>, std::less<>>& generated_parts() {
  static const std::map<std::string, std::function<std::string()>, std::less<>> parts = {
      {"top level", top_level_table},
      {"run", [] { return parameter_table(run_parameters()); }},
      {"series", [] { return parameter_table(series_parameters()); }},
      {"view", [] { return parameter_table(view_parameters()); }},
      {"network", [] { return parameter_table(network_parameters()); }},
      {"components", component_tables},
      {"workloads", [] { return parameter_table(workload_parameters()); }},
      {"timeline", [] { return parameter_table(timeline_parameters()); }},
      {"faults", [] { return parameter_table(fault_parameters()); }},
      {"alerts", [] { return parameter_table(alert_parameters()); }},
      {"cost", [] { return parameter_table(price_parameters()); }},
      {"expect", [] { return parameter_table(expectation_parameters()); }},
      {"component types", table_of_types},
      {"component metrics", component_metric_tables},
      {"scenarios", scenario_table},
      {"user metrics", user_metric_table},
      {"connection metrics", connection_metric_table},
      {"guard metrics", guard_metric_table},
      {"hedge metrics", hedge_metric_table},
      {"autoscaler metrics", autoscaler_metric_table},
  };
  return parts;
}

std::string with_generated_tables(std::string_view page) {
  std::string text;
  while (true) {
    const std::size_t marker = page.find(begin_marker);
    if (marker == std::string_view::npos) return text + std::string(page);
    const std::size_t name_begin = marker + begin_marker.size();
    const std::size_t name_end = page.find(marker_end, name_begin);
    const std::size_t end = page.find(end_marker, name_begin);
    if (name_end == std::string_view::npos || end == std::string_view::npos || end < name_end) {
      throw std::runtime_error("a generated part without \"" + std::string(end_marker) + '"');
    }
    const std::string_view name = page.substr(name_begin, name_end - name_begin);
    const auto part = generated_parts().find(name);
    if (part == generated_parts().end()) {
      throw std::runtime_error("there is no generated part \"" + std::string(name) + '"');
    }
    text += page.substr(0, name_end + marker_end.size());
    text += "\n" + part->second();
    page.remove_prefix(end);
    text += page.substr(0, end_marker.size());
    page.remove_prefix(end_marker.size());
  }
}

}  // namespace faultline::scenarios
