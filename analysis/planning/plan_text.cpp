#include "analysis/planning/plan_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/ensemble/metric_list.h"
#include "analysis/format.h"
#include "analysis/planning/trial_text.h"
#include "analysis/table.h"

namespace faultline::analysis {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t told_runners_up = 5;

class PlanText {
 public:
  PlanText(const std::string& scenario, const PlanQuestion& question, const Plan& plan,
           const Ordeals& ordeals)
      : scenario_(scenario),
        question_(question),
        plan_(plan),
        slos_(ordeals.plan().slos),
        survival_(ordeals.survival()),
        names_(names_of(question.variations)) {}

  std::string text() const {
    std::string text = heading();
    if (!plan_.choice) return text + nothing_holds() + assumptions();
    text += choice() + binding() + runners_up() + headroom() + assumptions();
    return text;
  }

 private:
  const SweepPoint& values_of(const Configuration& of) const { return question_.points[of.point]; }

  std::string with_currency(const std::string& metric, const std::string& figure) const {
    const bool money = metric.starts_with("cost.") && !question_.currency.empty();
    return money ? figure + " " + question_.currency : figure;
  }

  std::string cost_of(const Configuration& of) const {
    return metric_text(question_.minimise, of.cost);
  }

  std::string heading() const {
    std::string text =
        fmt::format("{}   the least {} of {} configurations; {} tried, in {} runs\n", scenario_,
                    question_.minimise, question_.points.size(), plan_.tried.size(), plan_.runs);
    for (const Slo& slo : slos_) text += fmt::format("  {}\n", slo.text);
    if (!survival_.what.empty()) {
      text += fmt::format("  also with {} down\n", fmt::join(survival_.what, ", or "));
    }
    return text + "\n";
  }

  std::string choice() const {
    const Configuration& chosen = plan_.tried[*plan_.choice];
    Table table({{"choice", Align::left}, {"", Align::right}});
    for (std::size_t v = 0; v < names_.size(); ++v) {
      table.add({names_[v], values_of(chosen)[v]});
    }
    std::vector<std::string> told = {"instances", "cost.per_month", "cost.per_million_requests"};
    if (std::find(told.begin(), told.end(), question_.minimise) == told.end()) {
      told.push_back(question_.minimise);
    }
    for (const std::string& metric : told) {
      if (const auto value = chosen.ordeal.as_it_stands().mean(metric)) {
        table.add({metric, with_currency(metric, metric_text(metric, value))});
      }
    }
    return table.text(0) + "\n" + conditions_table(chosen.ordeal, slos_) + "\n";
  }

  std::string binding() const {
    Table table({{"what binds: one step less", Align::left},
                 {"saves", Align::right},
                 {"but", Align::left}});
    const Configuration& chosen = plan_.tried[*plan_.choice];
    for (const Binding& binding : plan_.binding) {
      const Configuration& weaker = plan_.tried[binding.tried];
      const bool holds = weaker.ordeal.standing == Standing::holds;
      const bool known = weaker.cost && chosen.cost;
      const auto saved = known ? std::optional(*chosen.cost - *weaker.cost) : std::nullopt;
      table.add(
          {fmt::format("{} {} -> {}", names_[binding.variation],
                       values_of(chosen)[binding.variation], values_of(weaker)[binding.variation]),
           metric_text(question_.minimise, saved),
           holds ? "it holds: this is free" : failing_text(weaker.ordeal, slos_)});
    }
    return table.rows() == 0 ? "" : table.text(0) + "\n";
  }

  std::string runners_up() const {
    const auto others = plan_.runners_up();
    if (others.empty()) return "";
    std::vector<Table::Column> columns;
    columns.push_back({"runners-up: " + names_.front(), Align::right});
    for (std::size_t v = 1; v < names_.size(); ++v) columns.push_back({names_[v], Align::right});
    columns.push_back({question_.minimise, Align::right});
    columns.push_back({"worst", Align::left});
    Table table(columns);
    for (std::size_t i = 0; i < std::min(others.size(), told_runners_up); ++i) {
      const Configuration& other = plan_.tried[others[i]];
      std::vector<std::string> cells = values_of(other);
      cells.push_back(cost_of(other));
      cells.push_back(failing_text(other.ordeal, slos_));
      table.add(std::move(cells));
    }
    return table.text(0) + "\n";
  }

  std::string headroom() const {
    if (!plan_.headroom) return "";
    return "headroom of the choice\n" + indented(capacity_lines(*plan_.headroom, slos_)) + "\n";
  }

  std::string nothing_holds() const {
    if (plan_.tried.empty()) return "Interrupted before any configuration was told.\n";
    const Configuration& nearest = plan_.tried[plan_.nearest(slos_)];
    return fmt::format("No configuration keeps them. The nearest, {}:\n  {}\n  {}\n\n",
                       point_text(names_, values_of(nearest)), failing_text(nearest.ordeal, slos_),
                       saturation_text(nearest.ordeal.worst(slos_).trial));
  }

  std::string assumptions() const {
    std::string text;
    if (plan_.contradiction) {
      text += wrapped(
          fmt::format("The order of the values is not that of strength: {} {} {}. --exhaustive "
                      "tries every configuration.",
                      point_text(names_, question_.points[plan_.contradiction->weaker]),
                      plan_.contradiction->of_cost ? "costs more than" : "holds, unlike",
                      point_text(names_, question_.points[plan_.contradiction->stronger])),
          100, 2);
    } else if (!question_.exhaustive && plan_.tried.size() < question_.points.size()) {
      text += wrapped(
          "Taken for granted: a later number of a list is never weaker and never cheaper. "
          "--exhaustive takes nothing for granted and tries every configuration.",
          100, 2);
    }
    return text;
  }

  static std::string indented(const std::string& lines) {
    std::string text = "  ";
    for (std::size_t i = 0; i < lines.size(); ++i) {
      text += lines[i];
      if (lines[i] == '\n' && i + 1 < lines.size()) text += "  ";
    }
    return text;
  }

  const std::string& scenario_;
  const PlanQuestion& question_;
  const Plan& plan_;
  const std::vector<Slo>& slos_;
  const Survival& survival_;
  std::vector<std::string> names_;
};

}  // namespace

std::string plan_text(const std::string& scenario, const PlanQuestion& question, const Plan& plan,
                      const Ordeals& ordeals) {
  return PlanText(scenario, question, plan, ordeals).text();
}

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
