// Risks as a table and a matrix, and as JSON.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "analysis/format.h"
#include "analysis/structure/risk.h"
#include "analysis/table.h"

namespace faultline::analysis {
namespace {

constexpr std::array<const char*, 5> impact_titles = {"below 0.1 %", "below 1 %", "below 10 %",
                                                      "below 50 %", "50 % or more"};
constexpr std::array<const char*, 5> likelihood_titles = {"unknown", "less than yearly", "yearly",
                                                          "monthly", "daily or more"};

std::string matrix_text(const Risk& risk) {
  std::array<std::array<std::vector<std::string>, 5>, 5> cells;
  for (std::size_t i = 0; i < risk.failures.size(); ++i) {
    const FailureImpact& failure = risk.failures[i];
    const auto row = static_cast<std::size_t>(likelihood_class(failure.per_year));
    cells[row][static_cast<std::size_t>(impact_class(failure.impact))].push_back(
        std::to_string(i + 1));
  }
  std::vector<Table::Column> columns = {{"likelihood \\ impact", Align::left}};
  for (const char* title : impact_titles) columns.push_back({title, Align::left});
  Table table(columns);
  for (std::size_t row = cells.size(); row-- > 0;) {
    std::vector<std::string> line = {likelihood_titles[row]};
    bool any = false;
    for (const auto& cell : cells[row]) {
      any = any || !cell.empty();
      line.push_back(cell.empty() ? "." : fmt::format("{}", fmt::join(cell, " ")));
    }
    if (any) table.add(std::move(line));
  }
  return table.text(2);
}

nlohmann::ordered_json figure_json(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

}  // namespace

std::string risk_text(const Risk& risk) {
  Table table({{"", Align::right},
               {"failure", Align::left},
               {"a year", Align::right},
               {"lasts", Align::right},
               {"more failed", Align::right},
               {"impact", Align::right},
               {"available", Align::right},
               {"p99", Align::right},
               {"h/year lost", Align::right}});
  bool unknown = false;
  for (std::size_t i = 0; i < risk.failures.size(); ++i) {
    const FailureImpact& failure = risk.failures[i];
    unknown = unknown || !failure.per_year;
    table.add({std::to_string(i + 1), failure.failure, number(failure.per_year),
               long_time(failure.lasts_s), fmt::format("{:.0f}", failure.failed),
               percent(failure.impact, 1), percent(failure.availability),
               milliseconds(failure.p99_ms), number(failure.hours_per_year, 2)});
  }
  std::string text = fmt::format("  undisturbed, users are answered {}\n",
                                 percent(risk.undisturbed_availability, 3));
  text += table.text(2) + "\n" + matrix_text(risk);
  const bool outlasts =
      std::any_of(risk.failures.begin(), risk.failures.end(),
                  [](const FailureImpact& failure) { return failure.impact > 1.05; });
  if (outlasts) {
    text += "  An impact above 100 %: users go on failing when the failure is over.\n";
  }
  if (unknown) {
    text += wrapped(
        "Where the scenario states no MTBF the likelihood is unknown; such failures stand below "
        "those with one, ordered by impact alone.",
        100, 2);
  }
  return text;
}

nlohmann::ordered_json risk_json(const Risk& risk) {
  auto failures = nlohmann::ordered_json::array();
  for (const FailureImpact& failure : risk.failures) {
    failures.push_back({{"failure", failure.failure},
                        {"per_year", figure_json(failure.per_year)},
                        {"lasts_s", failure.lasts_s},
                        {"more_failed", failure.failed},
                        {"impact", failure.impact},
                        {"availability", figure_json(failure.availability)},
                        {"p99_ms", figure_json(failure.p99_ms)},
                        {"hours_per_year", figure_json(failure.hours_per_year)}});
  }
  return {{"undisturbed_availability", figure_json(risk.undisturbed_availability)},
          {"failures", std::move(failures)}};
}

}  // namespace faultline::analysis
