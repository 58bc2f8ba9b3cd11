#include "analysis/html/run_tables.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "analysis/format.h"

namespace faultline::analysis::html {
namespace {

using nlohmann::ordered_json;

constexpr std::array<const char*, 7> percentile_keys = {"mean", "p50",   "p90", "p95",
                                                        "p99",  "p99.9", "max"};

void add_percentiles(Table& table, std::string name, const ordered_json& times) {
  std::vector<std::string> cells = {std::move(name)};
  for (const char* key : percentile_keys) {
    const auto found = times.find(key);
    const bool known = found != times.end() && found->is_number();
    cells.push_back(milliseconds(known ? std::optional{found->get<double>()} : std::nullopt));
  }
  table.add(std::move(cells));
}

// One rule of an alert, over all the times it fired.
struct RuleFired {
  std::vector<const Firing*> firings;
};

}  // namespace

Table percentile_table(const ordered_json& result) {
  std::vector<Table::Column> columns = {{"requests", Align::left}};
  for (const char* key : percentile_keys) columns.push_back({key, Align::right});
  Table table(std::move(columns));
  add_percentiles(table, "all that succeeded", result["latency_ms"]);
  add_percentiles(table, "all that failed", result["failed_latency_ms"]);
  for (const auto& [name, workload] : result["workloads"].items()) {
    if (workload.contains("latency_ms")) add_percentiles(table, name, workload["latency_ms"]);
  }
  return table;
}

Table budget_table(const std::vector<scenarios::Expectation>& slos,
                   const std::vector<Verdict>& verdicts) {
  Table table({{"objective", Align::left},
               {"may fail", Align::right},
               {"failed", Align::right},
               {"budget spent", Align::right}});
  for (std::size_t i = 0; i < slos.size(); ++i) {
    const bool of_share =
        slos[i].metric.ends_with("availability") || slos[i].metric.ends_with("good_share");
    if (!of_share || slos[i].times_that_of || !verdicts[i].value) continue;
    const auto target = slos[i].at_least ? slos[i].at_least : slos[i].above;
    if (!target || *target >= 1) continue;
    const double failed = 1 - *verdicts[i].value;
    table.add({slos[i].label, percent(1 - *target, 3), percent(failed, 3),
               percent(failed / (1 - *target), 0)});
  }
  return table;
}

Table alert_table(const std::vector<AlertOutcome>& outcomes) {
  Table table({{"alert", Align::left},
               {"rule", Align::left},
               {"fired", Align::right},
               {"detection", Align::left},
               {"times", Align::right},
               {"cleared", Align::right}});
  for (const AlertOutcome& outcome : outcomes) {
    if (outcome.firings.empty()) table.add({outcome.label, outcome.what, "silent", "", "", ""});
    std::map<std::string, RuleFired> rules;
    std::vector<std::string> order;
    for (const Firing& firing : outcome.firings) {
      RuleFired& rule = rules[firing.what];
      if (rule.firings.empty()) order.push_back(firing.what);
      rule.firings.push_back(&firing);
    }
    for (const std::string& what : order) {
      const auto& firings = rules[what].firings;
      const bool first = firings.front() == &outcome.firings.front();
      table.add(
          {outcome.label, what, clock(firings.front()->fired),
           first && outcome.detection
               ? fmt::format("{:.4g} s after {}", outcome.detection->seconds(), outcome.detected)
               : "",
           fmt::format("{}", firings.size()),
           firings.back()->cleared ? clock(*firings.back()->cleared) : "not"});
    }
  }
  return table;
}

}  // namespace faultline::analysis::html
