#include "analysis/planning/plan_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/format.h"
#include "analysis/planning/plan_tables.h"
#include "analysis/planning/trial_text.h"

namespace faultline::analysis {
namespace {

constexpr std::size_t told_runners_up = 5;

std::string plan_heading(const std::string& scenario, const PlanQuestion& question,
                         const Plan& plan, const Ordeals& ordeals) {
  std::string text =
      fmt::format("{}   the least {} of {} configurations; {} tried, in {} runs\n", scenario,
                  question.minimise, question.points.size(), plan.tried.size(), plan.runs);
  for (const Slo& slo : ordeals.plan().slos) text += fmt::format("  {}\n", slo.text);
  const auto& survive = ordeals.survival().what;
  if (!survive.empty()) text += fmt::format("  also during: {}\n", fmt::join(survive, ", "));
  return text + "\n";
}

std::string or_nothing(const Table& table) { return table.rows() == 0 ? "" : table.text(0) + "\n"; }

std::string indented(const std::string& lines) {
  std::string text = "  ";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += lines[i];
    if (lines[i] == '\n' && i + 1 < lines.size()) text += "  ";
  }
  return text;
}

std::string no_choice(const PlanTables& tables, const Plan& plan, const std::vector<Slo>& slos) {
  if (plan.tried.empty()) return "Interrupted before any configuration was told.\n";
  const Configuration& nearest = plan.tried[plan.nearest(slos)];
  return fmt::format("No configuration keeps them. The nearest, {}:\n  {}\n  {}\n\n",
                     tables.name_of(nearest.point), failing_text(nearest.ordeal, slos),
                     saturation_text(nearest.ordeal.worst(slos).trial));
}

}  // namespace

std::string plan_text(const std::string& scenario, const PlanQuestion& question, const Plan& plan,
                      const Ordeals& ordeals) {
  const PlanTables tables(question, plan, ordeals);
  const std::vector<Slo>& slos = ordeals.plan().slos;
  std::string text = plan_heading(scenario, question, plan, ordeals);
  if (plan.interrupted) {
    text +=
        "Interrupted: of what is told here the headroom is missing, and perhaps a better "
        "choice.\n\n";
  }
  const std::string assumptions = wrapped(tables.assumptions(), 100, 2);
  if (plan.contradiction) text += assumptions + "\n";
  if (plan.choice) {
    text += tables.choice().text(0) + "\n";
    text += conditions_table(plan.tried[*plan.choice].ordeal, slos).text(2) + "\n";
    text += or_nothing(tables.binding()) + or_nothing(tables.runners_up(told_runners_up));
  } else {
    text += no_choice(tables, plan, slos);
  }
  if (plan.headroom) {
    text += "headroom of the choice\n" + indented(capacity_lines(*plan.headroom, slos)) + "\n";
  }
  return plan.contradiction ? text : text + assumptions;
}

}  // namespace faultline::analysis
