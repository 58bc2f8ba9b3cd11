// `merge`.
#include "analysis/sweep/merge.h"

#include <fmt/format.h>

#include "analysis/sweep/database.h"
#include "cli/commands.h"

namespace faultline::cli {

int merge(const std::string& out, const std::vector<std::string>& parts) {
  try {
    const analysis::Merged merged = analysis::merge_stores(out, {parts.begin(), parts.end()});
    fmt::print("{}: {} points, {} runs from {} stores\n", out, merged.points, merged.runs,
               parts.size());
    if (merged.found_again > 0) {
      fmt::print("  {} runs were in several stores, the same in each; they count once\n",
                 merged.found_again);
    }
    return exit_done;
  } catch (const analysis::StoreError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return exit_wrong;
  }
}

}  // namespace faultline::cli
