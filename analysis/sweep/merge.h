// Merging stores: the runs of several, made apart, in one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace faultline::analysis {

struct Merged {
  std::size_t points = 0;
  std::size_t runs = 0;
  std::size_t found_again = 0;  // runs that an earlier store had already; counted once
};

// Writes `out`, which must not exist yet; it appears whole or not at all. The rows are those that
// one sweep would have written, whatever the order of `parts`. Throws StoreError when they are not
// of one experiment, or when two hold the same run with different digests.
Merged merge_stores(const std::filesystem::path& out,
                    const std::vector<std::filesystem::path>& parts);

}  // namespace faultline::analysis
