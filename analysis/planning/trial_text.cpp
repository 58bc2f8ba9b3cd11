#include "analysis/planning/trial_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/ensemble/metric_list.h"
#include "analysis/format.h"
#include "analysis/table.h"

namespace faultline::analysis {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t told_busy = 3;

std::string load_text(const LoadPoint& point) {
  const auto offered = point.ordeal.as_it_stands().mean("offered_per_s");
  return fmt::format("{:g} times the load", point.load) +
         (offered ? fmt::format(" ({}/s offered)", metric_text("offered_per_s", offered)) : "");
}

ordered_json json_of(const std::optional<double>& value) {
  return value ? ordered_json(*value) : ordered_json();
}

}  // namespace

std::string standing_text(const Slo& slo, const SloStanding& standing) {
  if (!standing.interval) return "-";
  const std::string& metric = slo.objective.metric;
  const std::string mean = metric_text(metric, standing.interval->mean);
  const auto half = standing.interval->half_width;
  if (!half || *half == 0) return mean;
  return mean + " +/- " + metric_text(metric, *half);
}

Table conditions_table(const Ordeal& ordeal, const std::vector<Slo>& slos) {
  std::vector<Table::Column> columns = {{"condition, the worst first", Align::left}};
  for (const Slo& slo : slos) columns.push_back({slo.text, Align::right});
  columns.push_back({"runs", Align::right});
  std::vector<const ConditionTrial*> order;
  for (const ConditionTrial& of : ordeal.trials) order.push_back(&of);
  std::stable_sort(order.begin(), order.end(), [&](const auto* a, const auto* b) {
    return least_left(a->trial, slos) < least_left(b->trial, slos);
  });
  Table table(columns);
  for (const ConditionTrial* of : order) {
    std::vector<std::string> cells = {of->condition};
    for (std::size_t i = 0; i < slos.size(); ++i) {
      cells.push_back(standing_text(slos[i], of->trial.slos[i]));
    }
    cells.push_back(std::to_string(of->trial.runs));
    table.add(std::move(cells));
  }
  return table;
}

std::string failing_text(const Ordeal& ordeal, const std::vector<Slo>& slos) {
  const ConditionTrial& worst = ordeal.worst(slos);
  const std::string where = worst.condition == "as it stands" ? "" : worst.condition + ": ";
  if (!worst.trial.cut_short.empty()) return where + "cut short: " + worst.trial.cut_short;
  // What surely misses, and by how much, tells more than what is close or has no figure.
  const auto rank = [&](std::size_t i) {
    const SloStanding& standing = worst.trial.slos[i];
    if (standing.standing != Standing::misses) return 0;
    return standing.silent > 0 ? 1 : 2;
  };
  std::size_t chosen = tightest_of(worst.trial, slos).slo;
  for (std::size_t i = 0; i < slos.size(); ++i) {
    if (rank(i) > rank(chosen)) chosen = i;
  }
  const Slo& slo = slos[chosen];
  const SloStanding& standing = worst.trial.slos[chosen];
  if (standing.silent > 0) {
    return fmt::format("{}nothing to report for {} in {} of {} runs", where, slo.text,
                       standing.silent, worst.trial.runs);
  }
  const std::string verdict =
      standing.standing == Standing::misses ? fmt::format("misses {}", slo.text)
      : standing.standing == Standing::unclear
          ? fmt::format("too close to {} to tell in {} runs", slo.text, worst.trial.runs)
          : fmt::format("keeps {}", slo.text);
  return fmt::format("{}{}, {}", where, standing_text(slo, standing), verdict);
}

std::string saturation_text(const Trial& trial) {
  const std::vector<Busy> busy = busiest(trial, told_busy);
  if (busy.empty()) return "no component has a utilisation to report";
  std::string list;
  for (const Busy& component : busy) {
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", component.component,
                        percent(component.utilisation, 1));
  }
  if (busy.front().utilisation >= saturated_from) return "saturated: " + list;
  return "no station is saturated; the busiest: " + list;
}

std::string capacity_lines(const Capacity& capacity, const std::vector<Slo>& slos) {
  const LoadPoint* holds = capacity.holds();
  const LoadPoint* misses = capacity.misses();
  std::string text;
  if (holds == nullptr) {
    text +=
        fmt::format("holds            at none of the loads from {:g} to 1 times the scenario's\n",
                    capacity.tried.front().load);
  } else if (misses == nullptr) {
    const bool all = capacity.first_not_held() == nullptr;
    text += fmt::format("holds            up to {:g} times the load{}\n", holds->load,
                        all ? " and further" : "; beyond it is too close to tell");
  } else {
    text += fmt::format("holds up to      {}\n", load_text(*holds));
    text += fmt::format("misses from      {}\n", load_text(*misses));
  }
  if (const LoadPoint* limit = capacity.limit()) {
    text += fmt::format("first to go      {}\n", failing_text(limit->ordeal, slos));
    text += fmt::format("what fills up    {}\n", saturation_text(limit->ordeal.worst(slos).trial));
  }
  return text;
}

Table loads_table(const Capacity& capacity, const std::vector<Slo>& slos) {
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
    const bool cut = !worst.trial.cut_short.empty();
    cells.emplace_back(cut ? "cut short" : name_of(point.ordeal.standing));
    cells.push_back(borne ? worst.condition : "");
    cells.push_back(std::to_string(point.ordeal.runs()));
    table.add(std::move(cells));
  }
  return table;
}

ordered_json ordeal_json(const Ordeal& ordeal, const std::vector<Slo>& slos) {
  ordered_json json = {{"standing", name_of(ordeal.standing)},
                       {"worst", ordeal.worst(slos).condition},
                       {"conditions", ordered_json::array()}};
  for (const ConditionTrial& of : ordeal.trials) {
    ordered_json entry = {{"condition", of.condition},
                          {"standing", name_of(of.trial.standing)},
                          {"runs", of.trial.runs}};
    if (!of.trial.cut_short.empty()) entry["cut_short"] = of.trial.cut_short;
    for (std::size_t i = 0; i < slos.size(); ++i) {
      const auto& interval = of.trial.slos[i].interval;
      entry["slos"].push_back(
          {{"slo", slos[i].text},
           {"standing", name_of(of.trial.slos[i].standing)},
           {"mean", json_of(interval ? std::optional(interval->mean) : std::nullopt)},
           {"half_width", json_of(interval ? interval->half_width : std::nullopt)}});
    }
    json["conditions"].push_back(std::move(entry));
  }
  return json;
}

ordered_json capacity_json(const Capacity& capacity, const std::vector<Slo>& slos) {
  const auto end = [](const LoadPoint* point) {
    if (point == nullptr) return ordered_json();
    const auto offered = point->ordeal.as_it_stands().mean("offered_per_s");
    return ordered_json{{"load", point->load}, {"offered_per_s", json_of(offered)}};
  };
  ordered_json json = {{"holds", end(capacity.holds())}, {"misses", end(capacity.misses())}};
  if (const LoadPoint* limit = capacity.limit()) {
    json["first_to_go"] = failing_text(limit->ordeal, slos);
    json["busiest"] = ordered_json::array();
    for (const Busy& busy : busiest(limit->ordeal.worst(slos).trial, told_busy)) {
      json["busiest"].push_back({{"component", busy.component}, {"utilisation", busy.utilisation}});
    }
  }
  json["tried"] = ordered_json::array();
  for (const LoadPoint& point : capacity.tried) {
    ordered_json entry = {{"load", point.load}};
    entry.update(ordeal_json(point.ordeal, slos));
    json["tried"].push_back(std::move(entry));
  }
  return json;
}

}  // namespace faultline::analysis
