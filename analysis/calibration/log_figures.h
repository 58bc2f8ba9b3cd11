// The plain figures of a log: quantiles, counts by name, and names that scenarios may use.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace faultline::analysis {

struct Quantiles {
  double mean = 0, p50 = 0, p90 = 0, p95 = 0, p99 = 0, max = 0;
};

struct NamedCount {
  std::string name;
  std::uint64_t count;
};

// Nearest rank; `values` ascending and not empty.
double at_share(const std::vector<double>& values, double share);

// nullopt: of no values.
std::optional<Quantiles> quantiles_in(std::vector<double> values);

// Of equal counts the first by name.
std::vector<NamedCount> greatest_first(const std::map<std::string, std::uint64_t>& counts);

// "/api" is api; "GET /a/b.html" is a-b-html; "/" is root. It is added to those `taken`, and has a
// number if it was among them.
std::string workload_name(const std::string& endpoint, std::set<std::string>& taken);

}  // namespace faultline::analysis
