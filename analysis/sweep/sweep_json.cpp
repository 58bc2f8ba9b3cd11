#include "analysis/sweep/sweep_json.h"

#include <nlohmann/json.hpp>

namespace faultline::analysis {
namespace {

using nlohmann::ordered_json;

ordered_json figure_json(const std::optional<Interval>& figure) {
  if (!figure) return nullptr;
  const bool known = figure->half_width.has_value();
  return {{"mean", figure->mean},
          {"low", known ? ordered_json(figure->low()) : ordered_json()},
          {"high", known ? ordered_json(figure->high()) : ordered_json()},
          {"runs", figure->count}};
}

}  // namespace

ordered_json sweep_json(const std::string& scenario, const SweepPlan& plan, const Sweep& sweep) {
  ordered_json json = {{"schema", "faultline-sweep/1"},
                       {"scenario", scenario},
                       {"first_seed", plan.first_seed},
                       {"runs", plan.runs},
                       {"shard", {{"number", plan.shard.number}, {"count", plan.shard.count}}},
                       {"complete", !sweep.interrupted && sweep.cut_short.empty()},
                       {"cut_short", sweep.cut_short},
                       {"points", ordered_json::array()}};
  for (const SweepRow& row : sweep.rows) {
    ordered_json metrics = ordered_json::object();
    for (std::size_t m = 0; m < plan.metrics.size(); ++m) {
      metrics[plan.metrics[m]] = figure_json(row.figures[m]);
    }
    json["points"].push_back({{"at", ordered_json::parse(point_json(plan.variations, row.point))},
                              {"runs", row.runs},
                              {"metrics", std::move(metrics)}});
  }
  return json;
}

}  // namespace faultline::analysis
