#include "analysis/calibration/log_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace faultline::analysis {

double at_share(const std::vector<double>& values, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values[std::max<std::size_t>(rank, 1) - 1];
}

std::optional<Quantiles> quantiles_in(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  Quantiles result;
  for (const double value : values) result.mean += value / static_cast<double>(values.size());
  result.p50 = at_share(values, 0.5);
  result.p90 = at_share(values, 0.9);
  result.p95 = at_share(values, 0.95);
  result.p99 = at_share(values, 0.99);
  result.max = values.back();
  return result;
}

std::vector<NamedCount> greatest_first(const std::map<std::string, std::uint64_t>& counts) {
  std::vector<NamedCount> result;
  for (const auto& [name, count] : counts) result.push_back({name, count});
  std::stable_sort(result.begin(), result.end(),
                   [](const NamedCount& a, const NamedCount& b) { return a.count > b.count; });
  return result;
}

std::string workload_name(const std::string& endpoint, std::set<std::string>& taken) {
  const std::string path = endpoint.substr(std::min(endpoint.find('/'), endpoint.size()));
  std::string name;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain) name += c;
    if (!plain && !name.empty() && name.back() != '-') name += '-';
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  if (name.empty()) name = endpoint == "*" ? "users" : "root";
  std::string unique = name;
  for (int i = 2; !taken.insert(unique).second; ++i) unique = fmt::format("{}-{}", name, i);
  return unique;
}

}  // namespace faultline::analysis
