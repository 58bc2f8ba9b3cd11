#include <nlohmann/json.hpp>

#include "analysis/planning/plan_text.h"
#include "analysis/planning/trial_text.h"

namespace faultline::analysis {

using nlohmann::ordered_json;

ordered_json plan_json(const std::string& scenario, const PlanQuestion& question, const Plan& plan,
                       const Ordeals& ordeals) {
  const std::vector<Slo>& slos = ordeals.plan().slos;
  const auto values_of = [&](const Configuration& of) {
    return ordered_json::parse(point_json(question.variations, question.points[of.point]));
  };
  const auto configuration_json = [&](const Configuration& of) {
    ordered_json json = {{"values", values_of(of)},
                         {"cost", of.cost ? ordered_json(*of.cost) : ordered_json()}};
    json.update(ordeal_json(of.ordeal, slos));
    return json;
  };
  ordered_json json = {{"schema", "faultline-plan/1"},
                       {"scenario", scenario},
                       {"minimise", question.minimise},
                       {"first_seed", ordeals.plan().first_seed},
                       {"configurations", question.points.size()},
                       {"runs", plan.runs},
                       {"exhaustive", question.exhaustive},
                       {"complete", !plan.interrupted},
                       {"survive", ordeals.survival().what}};
  for (const Slo& slo : slos) json["slos"].push_back(slo.text);
  json["choice"] = plan.choice ? configuration_json(plan.tried[*plan.choice]) : ordered_json();
  json["binding"] = ordered_json::array();
  for (const Binding& binding : plan.binding) {
    const Configuration& weaker = plan.tried[binding.tried];
    json["binding"].push_back({{"variation", question.variations[binding.variation].pointers[0]},
                               {"values", values_of(weaker)},
                               {"why", failing_text(weaker.ordeal, slos)}});
  }
  json["headroom"] = plan.headroom ? capacity_json(*plan.headroom, slos) : ordered_json();
  json["monotone"] = !plan.contradiction;
  json["tried"] = ordered_json::array();
  for (const Configuration& of : plan.tried) json["tried"].push_back(configuration_json(of));
  return json;
}

}  // namespace faultline::analysis
