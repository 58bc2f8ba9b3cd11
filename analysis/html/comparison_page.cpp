#include "analysis/html/comparison_page.h"

#include <fmt/format.h>

#include <cmath>

#include "analysis/html/page.h"
#include "analysis/html/whiskers.h"

namespace faultline::analysis::html {
namespace {

constexpr std::size_t most_component_rows = 60;

// Every difference of what users got, as a share of what it is in A.
std::string difference_picture(const Comparison& comparison) {
  std::vector<WhiskerRow> rows;
  for (const Difference& difference : comparison.differences) {
    if (is_of_component(difference) || difference.a == 0) continue;
    const Interval& interval = difference.difference;
    const double whole = std::abs(difference.a);
    rows.push_back({.label = difference.metric,
                    .text = metric_text(difference.metric, difference.a) + " to " +
                            metric_text(difference.metric, difference.b),
                    .middle = interval.mean / whole,
                    .low = interval.low() / whole,
                    .high = interval.high() / whole,
                    .clear = difference.significant()});
  }
  return rows.empty() ? "" : whiskers_svg(rows, "B less A, as a share of A");
}

Card difference_card(const Comparison& comparison, std::string title, const char* metric) {
  for (const Difference& difference : comparison.differences) {
    if (difference.metric != metric) continue;
    return {.title = std::move(title),
            .figure = metric_text(metric, difference.b),
            .note = fmt::format("{} in A; {}", metric_text(metric, difference.a),
                                difference.significant() ? "differs" : "no clear difference")};
  }
  return {.title = std::move(title), .figure = "-"};
}

}  // namespace

void write_comparison_page(const Comparison& comparison, const Compared& a, const Compared& b,
                           const std::vector<std::string>& notices, const std::string& command,
                           std::ostream& out) {
  Page page(fmt::format("{} against {}", b.name, a.name), "Two scenarios under the same seeds.",
            {fmt::format("{} pairs of runs", comparison.pairs),
             fmt::format("{} of {} metrics differ", comparison.significant(),
                         comparison.differences.size())});
  for (const std::string& notice : notices) page.notice(notice);
  page.paragraph(fmt::format("A is {}: {}", a.name, a.about));
  page.paragraph(fmt::format("B is {}: {}", b.name, b.about));
  if (comparison.pairs == 0) {
    page.notice("No pair of runs came to its end.");
  } else {
    page.cards({difference_card(comparison, "Available in B", "availability"),
                difference_card(comparison, "Goodput in B", "goodput_per_s"),
                difference_card(comparison, "Latency in B, median", "latency_ms.p50"),
                difference_card(comparison, "Latency in B, p99", "latency_ms.p99")});
    if (comparison.pairs == 1) page.notice("One pair says nothing of what chance does.");
    page.section("What users got");
    if (const std::string picture = difference_picture(comparison); !picture.empty()) {
      page.picture(
          fmt::format("Mean differences and their 95 % intervals; bold: the interval does not hold "
                      "0. An arrow goes on beyond {:.0f} %",
                      100 * farthest_whisker),
          picture);
    }
    page.table("Paired differences, B less A", comparison_table(comparison));
    page.paragraph(comparison_verdict(comparison));
    std::size_t left_out = 0;
    const Table components = comparison_component_table(comparison, most_component_rows, left_out);
    if (components.rows() > 0) {
      page.section("Where it comes from");
      page.table("What differs of components, the clearest first", components);
      if (left_out > 0) page.paragraph(fmt::format("... and {} more.", left_out));
    }
    if (!comparison.only_in_one.empty()) {
      page.paragraph(
          fmt::format("{} metrics are only in one of the two.", comparison.only_in_one.size()));
    }
  }
  page.section("Reproduce");
  page.reproduction(command, "");
  page.write(out);
}

}  // namespace faultline::analysis::html
