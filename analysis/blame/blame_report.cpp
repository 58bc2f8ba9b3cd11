#include "analysis/blame/blame_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/format.h"
#include "analysis/table.h"

namespace faultline::analysis {
namespace {

using nlohmann::ordered_json;

// Less than this share in every group is told of together.
constexpr double least_share_told = 0.005;
// Less than this is 0.0 % in the table.
constexpr double least_share_shown = 0.0005;

double mean_ms(std::int64_t ns, const BlameGroup& group) {
  return static_cast<double>(ns) / static_cast<double>(group.requests) / 1e6;
}

double share_of_latency(std::int64_t ns, const BlameGroup& group) {
  return group.latency_ns == 0 ? 0
                               : static_cast<double>(ns) / static_cast<double>(group.latency_ns);
}

std::size_t columns_of(const std::vector<BlameGroup>& groups) { return groups.front().ns.size(); }

// Those worth a row, what weighs most among the slowest first.
std::vector<std::size_t> rows_of_note(const std::vector<BlameGroup>& groups) {
  std::vector<std::size_t> rows;
  for (std::size_t column = 0; column < columns_of(groups); ++column) {
    const bool of_note = std::any_of(groups.begin(), groups.end(), [&](const BlameGroup& group) {
      return share_of_latency(group.ns[column], group) >= least_share_told;
    });
    if (of_note) rows.push_back(column);
  }
  const std::vector<std::int64_t>& slowest = groups.back().ns;
  std::stable_sort(rows.begin(), rows.end(),
                   [&](std::size_t a, std::size_t b) { return slowest[a] > slowest[b]; });
  return rows;
}

void add_blame_row(Table& table, std::string component, std::string_view kind,
                   const std::vector<BlameGroup>& groups,
                   const std::vector<std::int64_t>& ns_by_group) {
  std::vector<std::string> cells = {std::move(component), std::string(kind)};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    cells.push_back(milliseconds(mean_ms(ns_by_group[i], groups[i])));
    cells.push_back(percent(share_of_latency(ns_by_group[i], groups[i]), 1));
  }
  table.add(std::move(cells));
}

}  // namespace

ordered_json blame_json(const models::World& world, const Blame& blame) {
  ordered_json json = ordered_json::object();
  for (const BlameGroup& group : blame.groups()) {
    ordered_json components = ordered_json::object();
    for (std::size_t column = 0; column < group.ns.size(); ++column) {
      if (group.ns[column] == 0) continue;
      const auto id = static_cast<models::ComponentId>(column / blame_kind_names.size());
      const std::string kind(blame_kind_names[column % blame_kind_names.size()]);
      components[world.component(id).name()][kind + "_ms"] = mean_ms(group.ns[column], group);
    }
    json[group.name] = {{"requests", group.requests},
                        {"from_ms", group.from.milliseconds()},
                        {"mean_ms", mean_ms(group.latency_ns, group)},
                        {"components", std::move(components)}};
  }
  return json;
}

Table blame_table(const models::World& world, const Blame& blame) {
  const std::vector<BlameGroup> groups = blame.groups();
  std::vector<Table::Column> columns = {{"component", Align::left}, {"time", Align::left}};
  if (groups.empty()) return Table(columns);
  for (const BlameGroup& group : groups) {
    columns.push_back({group.name == "all" ? "all" : "from " + group.name, Align::right});
    columns.push_back({"share", Align::right});
  }
  Table table(std::move(columns));
  std::vector<std::int64_t> whole;
  for (const BlameGroup& group : groups) whole.push_back(group.latency_ns);
  std::vector<std::int64_t> rest = whole;
  for (const std::size_t column : rows_of_note(groups)) {
    std::vector<std::int64_t> ns;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      ns.push_back(groups[i].ns[column]);
      rest[i] -= ns.back();
    }
    const auto id = static_cast<models::ComponentId>(column / blame_kind_names.size());
    add_blame_row(table, world.component(id).name(),
                  blame_kind_names[column % blame_kind_names.size()], groups, ns);
  }
  bool rest_shows = false;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    rest_shows = rest_shows || share_of_latency(rest[i], groups[i]) >= least_share_shown;
  }
  if (rest_shows) add_blame_row(table, "the rest", "", groups, rest);
  add_blame_row(table, "together", "", groups, whole);
  std::vector<std::string> counts = {"requests", ""};
  for (const BlameGroup& group : groups) {
    counts.push_back(with_separators(group.requests));
    counts.emplace_back();
  }
  table.add(std::move(counts));
  return table;
}

std::string blame_text(const models::World& world, const Blame& blame) {
  std::string text = "Where the time of a request went, on average\n";
  const Table table = blame_table(world, blame);
  if (table.rows() == 0) return text + "  no request succeeded after the warm-up\n";
  return text + table.text(2) + fmt::format("  {}\n", blame_legend);
}

}  // namespace faultline::analysis
