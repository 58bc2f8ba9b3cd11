#include "analysis/planning/capacity_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/ensemble/metric_list.h"
#include "analysis/planning/trial_text.h"
#include "analysis/table.h"

namespace faultline::analysis {
namespace {

using nlohmann::ordered_json;

std::string loads_table(const Capacity& capacity, const std::vector<Slo>& slos) {
  std::vector<Table::Column> columns = {{"load", Align::right}, {"offered/s", Align::right}};
  for (const Slo& slo : slos) columns.push_back({slo.text, Align::right});
  columns.insert(columns.end(),
                 {{"", Align::left}, {"the worst", Align::left}, {"runs", Align::right}});
  Table table(columns);
  bool borne = false;
  for (const LoadPoint& point : capacity.tried) borne = borne || point.ordeal.trials.size() > 1;
  for (const LoadPoint& point : capacity.tried) {
    const ConditionTrial& worst = point.ordeal.worst(slos);
    const auto offered = point.ordeal.as_it_stands().mean("offered_per_s");
    std::vector<std::string> cells = {fmt::format("{:g}", point.load),
                                      metric_text("offered_per_s", offered)};
    for (std::size_t i = 0; i < slos.size(); ++i) {
      cells.push_back(standing_text(slos[i], worst.trial.slos[i]));
    }
    cells.emplace_back(name_of(point.ordeal.standing));
    cells.push_back(borne ? worst.condition : "");
    cells.push_back(std::to_string(point.ordeal.runs()));
    table.add(std::move(cells));
  }
  return table.text(2);
}

}  // namespace

std::string capacity_text(const scenarios::Scenario& scenario, const Capacity& capacity,
                          const Ordeals& ordeals) {
  const std::vector<Slo>& slos = ordeals.plan().slos;
  std::string text = fmt::format("{}   capacity   {} runs\n\n", scenario.name, ordeals.runs());
  text += capacity_lines(capacity, slos) + "\n" + loads_table(capacity, slos);
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
                       {"runs", ordeals.runs()}};
  for (const Slo& slo : ordeals.plan().slos) json["slos"].push_back(slo.text);
  json.update(capacity_json(capacity, ordeals.plan().slos));
  return json;
}

}  // namespace faultline::analysis
