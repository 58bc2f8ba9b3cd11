#include "analysis/comparison/comparison_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/format.h"
#include "analysis/table.h"

namespace faultline::analysis {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t most_inner_rows = 15;

std::string signed_text(std::string_view metric, double value) {
  std::string text = (value > 0 ? "+" : "") + metric_text(metric, value);
  if (text.ends_with('%')) text.replace(text.size() - 1, 1, "points");
  return text;
}

std::string reduction_text(const Difference& difference) {
  return difference.variance_reduction ? fmt::format("{:.3g} x", *difference.variance_reduction)
                                       : "-";
}

Table empty_table(const char* title) {
  return Table({{"", Align::left},
                {title, Align::left},
                {"A", Align::right},
                {"B", Align::right},
                {"B - A", Align::right},
                {"95 % interval", Align::left},
                {"variance less by", Align::right}});
}

void add_row(Table& table, const Difference& difference) {
  const std::string& metric = difference.metric;
  table.add({difference.significant() ? "*" : "", metric, metric_text(metric, difference.a),
             metric_text(metric, difference.b), signed_text(metric, difference.difference.mean),
             range_of(difference), reduction_text(difference)});
}

// How many half widths the difference is away from 0.
double clearness(const Difference& difference) {
  const double half = difference.difference.half_width.value_or(0);
  const double size = std::abs(difference.difference.mean);
  return half > 0 ? size / half : size > 0 ? HUGE_VAL : 0;
}

std::string inner_rows(const Comparison& comparison) {
  std::size_t left_out = 0;
  const Table table = comparison_component_table(comparison, most_inner_rows, left_out);
  if (table.rows() == 0) return "";
  std::string text = "\n" + table.text(0);
  if (left_out > 0) {
    text += fmt::format("   ... and {} more of components (--format json has them)\n", left_out);
  }
  return text;
}

}  // namespace

bool is_of_component(const Difference& difference) {
  return difference.metric.starts_with("components.") ||
         difference.metric.starts_with("workloads.");
}

std::string range_of(const Difference& difference) {
  const Interval& interval = difference.difference;
  if (!interval.half_width) return "-";
  if (*interval.half_width == 0) return "exactly";
  return signed_text(difference.metric, interval.low()) + " .. " +
         signed_text(difference.metric, interval.high());
}

Table comparison_table(const Comparison& comparison) {
  Table table = empty_table("what the users got");
  for (const Difference& difference : comparison.differences) {
    const bool nothing = difference.a == 0 && difference.b == 0;
    if (!is_of_component(difference) && !nothing) add_row(table, difference);
  }
  return table;
}

Table comparison_component_table(const Comparison& comparison, std::size_t most,
                                 std::size_t& left_out) {
  std::vector<const Difference*> clearest;
  for (const Difference& difference : comparison.differences) {
    if (difference.metric.starts_with("components.") && difference.significant()) {
      clearest.push_back(&difference);
    }
  }
  std::stable_sort(clearest.begin(), clearest.end(), [](const Difference* a, const Difference* b) {
    return clearness(*a) > clearness(*b);
  });
  left_out = clearest.size() - std::min(clearest.size(), most);
  clearest.resize(clearest.size() - left_out);
  Table table = empty_table("where it comes from");
  for (const Difference* difference : clearest) add_row(table, *difference);
  return table;
}

std::string comparison_verdict(const Comparison& comparison) {
  const std::size_t metrics = comparison.differences.size();
  const bool same = std::all_of(
      comparison.differences.begin(), comparison.differences.end(),
      [](const Difference& d) { return d.difference.mean == 0 && d.difference.deviation == 0; });
  if (same) return fmt::format("All {} metrics are exactly the same in every run.\n", metrics);
  return fmt::format(
      "* its interval does not hold 0: so {} of {} metrics, of which one expects {} to do so "
      "by\n  chance if nothing differed.\n",
      comparison.significant(), metrics, std::lround(0.05 * static_cast<double>(metrics)));
}

std::string comparison_text(const Comparison& comparison, const Compared& a, const Compared& b) {
  std::string text = fmt::format("A  {}: {}\nB  {}: {}\n{} pairs of runs, each under one seed\n\n",
                                 a.name, a.about, b.name, b.about, comparison.pairs);
  if (comparison.pairs == 0) return text + "No pair of runs came to its end.\n";
  text += comparison_table(comparison).text(0) + inner_rows(comparison) + "\n" +
          comparison_verdict(comparison);
  if (!comparison.only_in_one.empty()) {
    text +=
        fmt::format("  {} metrics are only in one of the two.\n", comparison.only_in_one.size());
  }
  if (comparison.pairs == 1) text += "  One pair says nothing of what chance does.\n";
  return text;
}

ordered_json comparison_json(const Comparison& comparison, const Compared& a, const Compared& b) {
  const auto side = [](const Compared& of) {
    return ordered_json{{"name", of.name}, {"about", of.about}};
  };
  ordered_json json = {{"schema", "faultline-comparison/1"},
                       {"a", side(a)},
                       {"b", side(b)},
                       {"pairs", comparison.pairs},
                       {"confidence", 0.95}};
  json["metrics"] = ordered_json::object();
  for (const Difference& difference : comparison.differences) {
    const Interval& interval = difference.difference;
    const auto known = [](const std::optional<double>& value) {
      return value ? ordered_json(*value) : ordered_json();
    };
    json["metrics"][difference.metric] = {
        {"a", difference.a},
        {"b", difference.b},
        {"difference", interval.mean},
        {"half_width", known(interval.half_width)},
        {"significant", difference.significant()},
        {"variance_reduction", known(difference.variance_reduction)},
        {"pairs", interval.count}};
  }
  json["only_in_one"] = comparison.only_in_one;
  return json;
}

}  // namespace faultline::analysis
