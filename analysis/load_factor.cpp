#include "analysis/load_factor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "models/workload/client.h"

namespace faultline::analysis {

std::shared_ptr<const models::Action> load_factor(double factor, sim::Time at,
                                                  std::optional<sim::Duration> lasts,
                                                  std::string what) {
  auto load = std::make_shared<models::LoadAction>(std::nullopt, factor);
  load->label = load->what = std::move(what);
  load->at = at;
  load->lasts = lasts;
  return load;
}

scenarios::Scenario with_load(scenarios::Scenario scenario, double factor) {
  scenario.timeline.insert(scenario.timeline.begin(),
                           load_factor(factor, {}, {}, fmt::format("load x{:g}", factor)));
  return scenario;
}

Workloads workloads_of(const scenarios::Scenario& scenario) {
  Workloads workloads;
  for (const auto& component : scenario.components) {
    const auto* client = dynamic_cast<const models::Client*>(component.get());
    if (client == nullptr) continue;
    auto& names = client->settings.arrivals ? workloads.multiplied : workloads.others;
    names.push_back(client->name());
  }
  return workloads;
}

void check_load(const scenarios::Scenario& scenario, scenarios::Problems& problems) {
  const Workloads workloads = workloads_of(scenario);
  if (!workloads.multiplied.empty()) return;
  problems.add({.origin = {scenario.file.string(), {}},
                .pointer = "/workloads",
                .message = fmt::format("expected a workload with `arrivals`, whose rate a load can "
                                       "multiply; there is only {}",
                                       fmt::join(workloads.others, ", ")),
                .value = {},
                .suggestion = {}});
}

}  // namespace faultline::analysis
