#include "analysis/sweep/variation.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "sim/draw.h"
#include "sim/units.h"

namespace faultline::analysis {
namespace {

constexpr double most_load = 1000;

void refuse_vary(std::string message, std::optional<std::string> value,
                 scenarios::Problems& problems) {
  problems.add({.origin = {"--vary", {}},
                .pointer = {},
                .message = std::move(message),
                .value = std::move(value),
                .suggestion = {}});
}

}  // namespace

std::optional<Variation> parse_variation(std::string_view text, scenarios::Problems& problems) {
  const auto setting = scenarios::parse_override(text, problems);
  if (!setting) return std::nullopt;
  Variation variation;
  std::string_view rest = setting->path;
  while (true) {
    const std::size_t comma = rest.find(',');
    variation.pointers.emplace_back(rest.substr(0, comma));
    if (comma == rest.npos) break;
    rest.remove_prefix(comma + 1);
  }
  const bool all_named = std::none_of(variation.pointers.begin(), variation.pointers.end(),
                                      [](const std::string& pointer) { return pointer.empty(); });
  const bool has_load = std::find(variation.pointers.begin(), variation.pointers.end(),
                                  load_pointer) != variation.pointers.end();
  if (!all_named || (has_load && variation.pointers.size() > 1)) {
    refuse_vary(has_load ? "expected `load` on its own" : "expected a pointer beside each comma",
                scenarios::in_quotes(setting->path), problems);
    return std::nullopt;
  }
  const auto values = ValueList::parse(setting->value);
  if (!values) {
    refuse_vary(values.error().message, scenarios::in_quotes(text), problems);
    return std::nullopt;
  }
  variation.values = *values;
  return variation;
}

std::string last_two_parts(const std::string& pointer) {
  const char* separator = pointer.starts_with('/') ? "/" : ".";
  const std::size_t last = pointer.find_last_of(separator);
  if (last == pointer.npos || last == 0) return pointer;
  const std::size_t before = pointer.find_last_of(separator, last - 1);
  return before == pointer.npos ? pointer : pointer.substr(before + 1);
}

std::vector<std::string> names_of(const std::vector<Variation>& variations) {
  std::vector<std::string> names;
  for (const Variation& variation : variations)
    names.push_back(last_two_parts(variation.pointers[0]));
  const std::vector<std::string> short_names = names;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::count(short_names.begin(), short_names.end(), short_names[i]) > 1) {
      names[i] = variations[i].pointers[0];
    }
  }
  return names;
}

std::vector<SweepPoint> grid_of(const std::vector<Variation>& variations,
                                scenarios::Problems& problems) {
  const std::size_t before = problems.count();
  double count = 1;
  for (const Variation& variation : variations) {
    if (variation.values.values().empty()) {
      refuse_vary(
          "expected a step or a number of points, as in 2..16:2 or log:10..1000:5; only "
          "--sample chooses anywhere between two ends",
          scenarios::in_quotes(variation.pointers[0]), problems);
    }
    count *= static_cast<double>(variation.values.values().size());
  }
  if (count > static_cast<double>(most_points)) {
    refuse_vary(
        fmt::format("expected at most {} points; a sample of them: --sample lhs:200", most_points),
        fmt::format("{:.0f}", count), problems);
  }
  if (problems.count() > before) return {};
  std::vector<SweepPoint> points(1);
  for (const Variation& variation : variations) {
    std::vector<SweepPoint> longer;
    for (const SweepPoint& point : points) {
      for (const std::string& value : variation.values.values()) {
        longer.push_back(point);
        longer.back().push_back(value);
      }
    }
    points = std::move(longer);
  }
  return points;
}

std::vector<SweepPoint> latin_hypercube(const std::vector<Variation>& variations, std::size_t count,
                                        std::uint64_t seed) {
  const sim::Luck luck = sim::Luck{seed}.with(sim::salt_of("latin hypercube"));
  std::vector<SweepPoint> points(count);
  for (std::size_t v = 0; v < variations.size(); ++v) {
    sim::Draw draw = luck.draw(v);
    std::vector<std::size_t> parts(count);
    std::iota(parts.begin(), parts.end(), std::size_t{0});
    for (std::size_t i = count; i > 1; --i) std::swap(parts[i - 1], parts[draw.below(i)]);
    for (std::size_t i = 0; i < count; ++i) {
      const double share =
          (static_cast<double>(parts[i]) + draw.uniform()) / static_cast<double>(count);
      points[i].push_back(variations[v].values.at(std::min(share, 0x1.fffffffffffffp-1)));
    }
  }
  std::set<SweepPoint> seen;
  std::erase_if(points, [&](const SweepPoint& point) { return !seen.insert(point).second; });
  return points;
}

std::vector<scenarios::Override> overrides_of(const std::vector<Variation>& variations,
                                              const SweepPoint& point) {
  std::vector<scenarios::Override> overrides;
  for (std::size_t v = 0; v < variations.size(); ++v) {
    if (variations[v].is_load()) continue;
    for (const std::string& pointer : variations[v].pointers) {
      overrides.push_back({pointer, point[v]});
    }
  }
  return overrides;
}

std::optional<double> load_of(const std::vector<Variation>& variations, const SweepPoint& point) {
  for (std::size_t v = 0; v < variations.size(); ++v) {
    if (!variations[v].is_load()) continue;
    const auto load = sim::parse_number(point[v]);
    if (!load || *load <= 0 || *load > most_load) return std::nullopt;
    return *load;
  }
  return 1;
}

std::string point_text(const std::vector<std::string>& names, const SweepPoint& point) {
  std::string text;
  for (std::size_t v = 0; v < point.size(); ++v) {
    if (v > 0) text += ", ";
    text += names[v] + "=" + point[v];
  }
  return text;
}

std::string point_json(const std::vector<Variation>& variations, const SweepPoint& point) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (std::size_t v = 0; v < variations.size(); ++v) {
    const auto value = nlohmann::ordered_json::parse(point[v], nullptr, false);
    for (const std::string& pointer : variations[v].pointers) {
      json[pointer] = value.is_discarded() ? nlohmann::ordered_json(point[v]) : value;
    }
  }
  return json.dump();
}

}  // namespace faultline::analysis
