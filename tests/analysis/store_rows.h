// The rows of a sweep's store that must be the same however its runs were made.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/sweep/database.h"

namespace faultline::analysis {

// Everything but numbers of rows, times and hosts.
inline std::vector<std::string> rows_of_store(const std::filesystem::path& store) {
  const Database database(store);
  Statement row = database.prepare(
      "SELECT at || ' ' || seed || ' ' || digest || ' ' || ended || ' ' || metric || ' ' || "
      "coalesce(value, 'none') FROM metrics JOIN runs ON runs.id = run JOIN points ON points.id "
      "= point ORDER BY at, seed, metric");
  std::vector<std::string> rows;
  while (row.step()) rows.push_back(row.text(0));
  return rows;
}

}  // namespace faultline::analysis
