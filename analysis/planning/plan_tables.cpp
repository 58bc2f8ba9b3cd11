#include "analysis/planning/plan_tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "analysis/ensemble/metric_list.h"
#include "analysis/planning/trial_text.h"

namespace faultline::analysis {

Table PlanTables::choice() const {
  const Configuration& chosen = plan_.tried[*plan_.choice];
  Table table({{"choice", Align::left}, {"", Align::right}});
  for (std::size_t v = 0; v < names_.size(); ++v) {
    table.add({names_[v], values_of(chosen)[v]});
    const auto& together = question_.variations[v].pointers;
    for (std::size_t i = 1; i < together.size(); ++i) {
      table.add({last_two_parts(together[i]), values_of(chosen)[v]});
    }
  }
  std::vector<std::string> told = {"instances", "cost.per_month", "cost.per_million_requests"};
  if (std::find(told.begin(), told.end(), question_.minimise) == told.end()) {
    told.push_back(question_.minimise);
  }
  for (const std::string& metric : told) {
    const auto value = chosen.ordeal.as_it_stands().mean(metric);
    if (value) table.add({metric, figure(metric, value)});
  }
  return table;
}

Table PlanTables::binding() const {
  Table table(
      {{"what binds: one step less", Align::left}, {"saves", Align::right}, {"but", Align::left}});
  const Configuration& chosen = plan_.tried[*plan_.choice];
  for (const Binding& binding : plan_.binding) {
    const Configuration& weaker = plan_.tried[binding.tried];
    const bool holds = weaker.ordeal.standing == Standing::holds;
    const bool known = weaker.cost && chosen.cost;
    const auto saved = known ? std::optional(*chosen.cost - *weaker.cost) : std::nullopt;
    table.add(
        {fmt::format("{} {} -> {}", names_[binding.variation], values_of(chosen)[binding.variation],
                     values_of(weaker)[binding.variation]),
         saved && *saved < 0 ? "nothing: " + metric_text(question_.minimise, -*saved) + " more"
                             : metric_text(question_.minimise, saved),
         holds ? "nothing: it holds too" : failing_text(weaker.ordeal, slos_)});
  }
  return table;
}

std::vector<Table::Column> PlanTables::columns_of_values(
    const std::string& before_the_first) const {
  std::vector<Table::Column> columns;
  for (const std::string& name : names_) {
    columns.push_back({(columns.empty() ? before_the_first : "") + name, Align::right});
  }
  columns.push_back({question_.minimise, Align::right});
  return columns;
}

Table PlanTables::runners_up(std::size_t most) const {
  auto columns = columns_of_values("runners-up: ");
  columns.push_back({"worst", Align::left});
  Table table(columns);
  const auto others = plan_.runners_up();
  for (std::size_t i = 0; i < std::min(others.size(), most); ++i) {
    const Configuration& other = plan_.tried[others[i]];
    std::vector<std::string> cells = values_of(other);
    cells.push_back(metric_text(question_.minimise, other.cost));
    cells.push_back(failing_text(other.ordeal, slos_));
    table.add(std::move(cells));
  }
  return table;
}

Table PlanTables::tried() const {
  auto columns = columns_of_values("");
  columns.insert(columns.end(),
                 {{"", Align::left}, {"worst", Align::left}, {"runs", Align::right}});
  Table table(columns);
  for (const Configuration& of : plan_.tried) {
    std::vector<std::string> cells = values_of(of);
    cells.push_back(metric_text(question_.minimise, of.cost));
    cells.emplace_back(analysis::name_of(of.ordeal.standing));
    cells.push_back(failing_text(of.ordeal, slos_));
    cells.push_back(std::to_string(of.ordeal.runs()));
    table.add(std::move(cells));
  }
  return table;
}

std::string PlanTables::name_of(std::size_t point) const {
  return point_text(names_, question_.points[point]);
}

std::string PlanTables::figure(const std::string& metric, std::optional<double> value) const {
  const bool money = metric.starts_with("cost.") && !question_.currency.empty() && value;
  return metric_text(metric, value) + (money ? " " + question_.currency : "");
}

std::string PlanTables::assumptions() const {
  if (plan_.contradiction) {
    return fmt::format(
        "The order of the values is not that of strength: {} {} {}. --exhaustive tries every "
        "configuration.",
        name_of(plan_.contradiction->weaker),
        plan_.contradiction->of_cost ? "costs more than" : "holds, unlike",
        name_of(plan_.contradiction->stronger));
  }
  if (question_.exhaustive || plan_.tried.size() == question_.points.size()) return "";
  const std::string scaling = plan_.scaling.empty()
                                  ? ""
                                  : fmt::format(
                                        "{} may cost less when it is stronger, as it then needs "
                                        "fewer machines: it scales itself. ",
                                        fmt::join(plan_.scaling, " and "));
  return "Taken for granted: a later number of a list is never weaker and never cheaper. " +
         scaling + "--exhaustive takes nothing for granted and tries every configuration.";
}

}  // namespace faultline::analysis
