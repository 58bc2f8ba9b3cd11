#include "scenarios/outline.h"

#include <array>

#include "models/geography.h"
#include "models/workload/client.h"
#include "scenarios/expectation.h"
#include "scenarios/fault_entry.h"
#include "scenarios/scenario.h"
#include "scenarios/timeline_entry.h"

namespace faultline::scenarios {
namespace {

constexpr std::array top_level{
    TopLevelKey{"name", "What the scenario is called; absent: as its file.", "text", false, false},
    TopLevelKey{"about", "One line: what it shows.", "text", false, false},
    TopLevelKey{"lesson", "What to watch, why it happens, what to try.", "text", false, false},
    TopLevelKey{"series",
                "Its place in a series of scenarios, which `faultline list --series` compares.",
                "object", false, false},
    TopLevelKey{"run", "How long to simulate, and how finely to look.", "object", true},
    TopLevelKey{"network",
                "Places and the distances between them; absent: one region with one zone, "
                "and users next to it."},
    TopLevelKey{"components", "What the architecture is made of, by name.", "object", true},
    TopLevelKey{"workloads", "Who uses it, by name.", "object", true},
    TopLevelKey{"timeline", "What befalls it, by label."},
    TopLevelKey{"faults", "What befalls it again and again at random times, by label."},
    TopLevelKey{"slos", "What is promised to the users, by label: reported, not enforced."},
    TopLevelKey{"alerts", "When somebody is called out, by label: told, and changing nothing."},
    TopLevelKey{"expect", "What must come out, by label, for `faultline check` to pass.", "object",
                false, false},
    TopLevelKey{"cost", "What it costs to run: prices, from which a result has a bill."},
    TopLevelKey{"view", "Where the window, faultline-viz, puts what it shows."},
};

constexpr std::array of_documents{
    TopLevelKey{"$schema", "Where an editor finds the JSON Schema of this language.", "text", false,
                false},
    TopLevelKey{"extends",
                "A file, beside this one or in the library, that this one is a patch of.", "text",
                false, false},
};

template <class Settings>
std::vector<Parameter> parameters_of_fresh() {
  Settings settings;
  return parameters_of([&](models::Fields& fields) { settings.describe(fields); });
}

}  // namespace

std::span<const TopLevelKey> top_level_keys() { return top_level; }
std::span<const TopLevelKey> document_keys() { return of_documents; }

std::vector<Parameter> run_parameters() { return parameters_of_fresh<RunSettings>(); }

std::vector<Parameter> series_parameters() { return parameters_of_fresh<SeriesSettings>(); }

std::vector<Parameter> view_parameters() { return parameters_of_fresh<ViewSettings>(); }

std::vector<Parameter> network_parameters() {
  return parameters_of_fresh<models::GeographySettings>();
}

std::vector<Parameter> component_parameters(const models::ComponentType& type) {
  const auto component = type.make(std::string(type.type));
  return parameters_of([&](models::Fields& fields) { component->describe(fields); });
}

std::vector<Parameter> workload_parameters() {
  models::Client client("users");
  return parameters_of([&](models::Fields& fields) { client.describe(fields); });
}

std::vector<Parameter> timeline_parameters() {
  std::vector<Parameter> parameters = parameters_of_fresh<TimelineEntry>();
  Parameter& value = parameters.emplace_back();
  value.name = set_value_key;
  value.meaning = "Of `set`: the value, written as the parameter itself is.";
  value.kind = Kind::any;
  return parameters;
}

std::vector<Parameter> fault_parameters() { return parameters_of_fresh<FaultEntry>(); }

std::vector<Parameter> alert_parameters() { return parameters_of_fresh<Alert>(); }

std::vector<Parameter> price_parameters() { return parameters_of_fresh<Prices>(); }

std::vector<Parameter> expectation_parameters() { return parameters_of_fresh<Expectation>(); }

}  // namespace faultline::scenarios
