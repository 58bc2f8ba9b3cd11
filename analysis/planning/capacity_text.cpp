#include "analysis/planning/capacity_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/planning/trial_text.h"

namespace faultline::analysis {

using nlohmann::ordered_json;

std::string capacity_text(const scenarios::Scenario& scenario, const Capacity& capacity,
                          const Ordeals& ordeals) {
  const std::vector<Slo>& slos = ordeals.plan().slos;
  std::string text = fmt::format("{}   capacity   {} runs\n\n", scenario.name, ordeals.runs());
  text += capacity_lines(capacity, slos) + "\n" + loads_table(capacity, slos).text(2);
  text +=
      "\n  +/-: half the width of an interval for the mean over the runs, as wide as it takes to "
      "be\n  wrong about an SLO at one load in at most 5 % of cases\n";
  return text;
}

ordered_json capacity_report_json(const scenarios::Scenario& scenario, const Capacity& capacity,
                                  const Ordeals& ordeals) {
  ordered_json json = {{"schema", "faultline-capacity/1"},
                       {"scenario", scenario.name},
                       {"first_seed", ordeals.plan().first_seed},
                       {"runs", ordeals.runs()},
                       {"survive", ordeals.survival().what}};
  for (const Slo& slo : ordeals.plan().slos) json["slos"].push_back(slo.text);
  json.update(capacity_json(capacity, ordeals.plan().slos));
  return json;
}

}  // namespace faultline::analysis
