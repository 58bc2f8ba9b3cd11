#include "analysis/step_table.h"

#include <optional>

#include "analysis/format.h"
#include "analysis/load_factor.h"
#include "analysis/run.h"
#include "analysis/table.h"
#include "sim/check.h"

namespace faultline::analysis {
namespace {

std::uint64_t machines_in(const models::World& world) {
  std::uint64_t machines = 0;
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    const models::Component& component = world.component(id);
    if (!component.is_name()) machines += component.provisioned();
  }
  return machines;
}

std::optional<double> number_at(const nlohmann::ordered_json& value) {
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

void add_figures(const nlohmann::ordered_json& result, std::vector<std::string>& cells) {
  cells.push_back(percent(number_at(result["availability"])));
  for (const char* quantile : {"p50", "p99"}) {
    cells.push_back(milliseconds(number_at(result["latency_ms"][quantile])));
  }
}

Run run_of(const scenarios::Scenario& scenario) {
  RunOptions options;
  options.seed = scenario.run.seed;
  return run(scenario, options);
}

}  // namespace

scenarios::Scenario under_load_of(const scenarios::Scenario& step,
                                  const scenarios::Scenario& other) {
  scenarios::Scenario loaded = step;
  loaded.run = other.run;
  CHECK(step.series && other.series);
  const double factor =
      static_cast<double>(other.series->users) / static_cast<double>(step.series->users);
  loaded.timeline.insert(loaded.timeline.begin(),
                         load_factor(factor, {}, {}, "load of " + other.name));
  return loaded;
}

std::string step_table(const std::vector<scenarios::Scenario>& steps) {
  Table table({{"step", Align::right},
               {"scenario", Align::left},
               {"users", Align::right},
               {"machines", Align::right},
               {"available", Align::right},
               {"p50", Align::right},
               {"p99", Align::right},
               {"| next load: available", Align::right},
               {"p50", Align::right},
               {"p99", Align::right}});
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const scenarios::Scenario& step = steps[i];
    CHECK(step.series);
    const Run own = run_of(step);
    std::vector<std::string> cells = {std::to_string(step.series->step), step.name,
                                      with_separators(step.series->users),
                                      std::to_string(machines_in(*own.world))};
    add_figures(own.result.json, cells);
    if (i + 1 < steps.size()) {
      add_figures(run_of(under_load_of(step, steps[i + 1])).result.json, cells);
    } else {
      cells.insert(cells.end(), 3, "-");
    }
    table.add(std::move(cells));
  }
  return table.text(0);
}

}  // namespace faultline::analysis
