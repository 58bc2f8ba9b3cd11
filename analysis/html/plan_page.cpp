#include "analysis/html/plan_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

#include "analysis/cost/bill_text.h"
#include "analysis/ensemble/metric_list.h"
#include "analysis/html/architecture.h"
#include "analysis/html/interval_chart.h"
#include "analysis/html/page.h"
#include "analysis/html/whiskers.h"
#include "analysis/planning/plan_tables.h"
#include "analysis/planning/trial_text.h"

namespace faultline::analysis::html {
namespace {

constexpr std::size_t shown_runners_up = 10;

std::string without_break(std::string line) {
  while (!line.empty() && line.back() == '\n') line.pop_back();
  return line;
}

// What a card calls a metric.
std::string card_title(const std::string& metric) {
  if (metric == "cost.per_month") return "Cost a month";
  if (metric == "cost.per_million_requests") return "Cost per million requests";
  return metric == "instances" ? "Instances" : metric;
}

std::vector<Card> plan_cards(const PlanTold& told, const PlanTables& tables) {
  const Configuration& chosen = told.plan.tried[*told.plan.choice];
  const std::string& minimised = told.question.minimise;
  std::vector<Card> cards = {
      {.title = card_title(minimised), .figure = tables.figure(minimised, chosen.cost)}};
  for (const char* metric : {"cost.per_million_requests", "instances"}) {
    const auto value = chosen.ordeal.as_it_stands().mean(metric);
    if (value && metric != minimised) {
      cards.push_back({.title = card_title(metric), .figure = tables.figure(metric, value)});
    }
  }
  if (told.plan.headroom && told.plan.headroom->holds() != nullptr) {
    cards.push_back({.title = "Headroom",
                     .figure = fmt::format("{:g} x", told.plan.headroom->holds()->load),
                     .note = "the load still keeps the SLOs"});
  }
  return cards;
}

// Of an SLO with an upper bound: what each condition leaves of it.
std::string conditions_picture(const Ordeal& ordeal, const Slo& slo, std::size_t index) {
  const auto bound = slo.objective.below ? slo.objective.below : slo.objective.at_most;
  if (!bound || *bound <= 0) return "";
  std::vector<WhiskerRow> rows;
  for (const ConditionTrial& of : ordeal.trials) {
    const SloStanding& standing = of.trial.slos[index];
    if (!standing.interval) continue;
    rows.push_back({.label = of.condition,
                    .text = standing_text(slo, standing),
                    .middle = standing.interval->mean / *bound - 1,
                    .low = standing.interval->low() / *bound - 1,
                    .high = standing.interval->high() / *bound - 1,
                    .clear = standing.standing == Standing::holds});
  }
  return whiskers_svg(rows, "distance from the bound, as a share of it; left of 0 keeps it");
}

void add_choice(Page& page, const PlanTold& told, const PlanTables& tables) {
  const Configuration& chosen = told.plan.tried[*told.plan.choice];
  const std::vector<Slo>& slos = told.ordeals.plan().slos;
  page.section("The choice");
  page.table("Of those that keep the SLOs, that with the least " + told.question.minimise,
             tables.choice());
  if (told.chosen != nullptr) {
    page.picture("The architecture of the choice, and what reached each component",
                 architecture_svg(*told.chosen->world, told.chosen->result.json));
    if (told.chosen->result.bill) {
      page.table("What a month like this costs, by the scenario's prices",
                 bill_table(*told.chosen->result.bill));
    }
  }
  page.paragraph("To look into it:");
  page.lines(told.look);
  page.section("What it bears");
  page.table("SLOs under every condition, with the half width of an interval for the mean",
             conditions_table(chosen.ordeal, slos));
  for (std::size_t i = 0; i < slos.size(); ++i) {
    const std::string picture = conditions_picture(chosen.ordeal, slos[i], i);
    if (!picture.empty()) page.picture(slos[i].text + ", by condition", picture);
  }
}

// Of an SLO: the metric over the load, under the worst condition at each, and the bound. Loads at
// which there was nothing to report are gaps.
Chart headroom_chart(const Capacity& headroom, const std::vector<Slo>& slos, std::size_t index) {
  const scenarios::Expectation& objective = slos[index].objective;
  std::vector<double> loads;
  std::vector<std::optional<Interval>> figures;
  for (const LoadPoint& point : headroom.tried) {
    loads.push_back(point.load);
    figures.push_back(point.ordeal.worst(slos).trial.slos[index].interval);
  }
  std::vector<ChartLine> lines = {interval_line(objective.metric, figures)};
  for (const auto& bound :
       {objective.below, objective.at_most, objective.above, objective.at_least}) {
    if (!bound) continue;
    lines.push_back({.label = "bound",
                     .values = std::vector<std::optional<double>>(loads.size(), bound),
                     .is_bound = true});
  }
  Chart chart = interval_chart(slos[index].text, objective.metric, std::move(loads), "load",
                               std::move(lines));
  chart.caption =
      "Over the load, as a factor on every arrival rate, under the worst condition, with the "
      "interval that decided.";
  return chart;
}

void add_around(Page& page, const PlanTold& told, const PlanTables& tables) {
  const Table binding = tables.binding();
  const Table others = tables.runners_up(shown_runners_up);
  if (binding.rows() + others.rows() > 0) page.section("What binds, and what comes next");
  if (binding.rows() > 0) page.table("One step less, and why not", binding);
  if (others.rows() > 0) page.table("Runners-up", others);
  if (!told.plan.headroom) return;
  const std::vector<Slo>& slos = told.ordeals.plan().slos;
  page.section("Headroom");
  page.lines(without_break(capacity_lines(*told.plan.headroom, slos)));
  if (told.plan.headroom->tried.size() > 1) {
    page.paragraph(how_to_look);
    for (std::size_t i = 0; i < slos.size(); ++i) {
      page.chart(headroom_chart(*told.plan.headroom, slos, i));
    }
  }
  page.table("Loads that were tried, as factors on every arrival rate",
             loads_table(*told.plan.headroom, slos));
}

}  // namespace

void write_plan_page(const PlanTold& told, std::ostream& out) {
  const PlanTables tables(told.question, told.plan, told.ordeals);
  const std::vector<Slo>& slos = told.ordeals.plan().slos;
  std::vector<std::string> asked;
  for (const Slo& slo : slos) asked.push_back(slo.text);
  const auto& survive = told.ordeals.survival().what;
  Page page(told.scenario,
            fmt::format(
                "The cheapest configuration with {}{}.", fmt::join(asked, " and "),
                survive.empty() ? "" : fmt::format(", also during: {}", fmt::join(survive, ", "))),
            {fmt::format("{} of {} configurations tried", told.plan.tried.size(),
                         told.question.points.size()),
             fmt::format("{} runs", told.plan.runs),
             fmt::format("first seed {}", told.ordeals.plan().first_seed)});
  if (told.plan.interrupted) page.notice("Interrupted: not all that matters was tried.");
  if (told.plan.contradiction) page.notice(tables.assumptions());
  if (told.plan.choice) {
    page.cards(plan_cards(told, tables));
    add_choice(page, told, tables);
    add_around(page, told, tables);
  } else if (!told.plan.tried.empty()) {
    const Configuration& nearest = told.plan.tried[told.plan.nearest(slos)];
    page.notice(fmt::format("No configuration keeps them. The nearest, {}: {}.",
                            tables.name_of(nearest.point), failing_text(nearest.ordeal, slos)));
  }
  page.section("All that was tried");
  page.table("By configuration; of what does not hold, the condition that ended it",
             tables.tried());
  if (!told.plan.contradiction) page.paragraph(tables.assumptions());
  page.section("Reproduce");
  page.reproduction(told.command, "");
  page.write(out);
}

}  // namespace faultline::analysis::html
