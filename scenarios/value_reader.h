// Typed readers of one value: what the schema calls number, count, duration, rate and so on.
//
// Each returns the value in its base unit, or nullopt after adding a problem that says where the
// value was written, what was expected and what was found. A quantity that has a unit is text with
// its unit, as people write it ("25ms", "70/s"): a bare number is refused, and the message shows
// how to write it. Counts and ratios may be bare or text ("10k", "99.9%").
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/document.h"
#include "scenarios/problems.h"
#include "sim/distribution.h"
#include "sim/time.h"
#include "sim/units.h"

namespace faultline::scenarios {

// A value, where it stands, and where to say what is wrong with it. Views: it outlives none.
struct ValueAt {
  const nlohmann::json& value;
  std::string pointer;
  const Document& document;
  Problems& problems;

  // Its member or item, which must exist.
  ValueAt child(const std::string& key) const;
  ValueAt child(std::size_t index) const;

  // "expected EXPECTED, got VALUE", with the value's origin; always nullopt.
  std::nullopt_t refuse(const std::string& expected) const;
  // The same for a key that is none of `valid`, with the nearest of them.
  void refuse_key(const std::string& key, const std::vector<std::string>& valid) const;
};

// min <= value <= max, both in the base unit.
template <class T>
struct Range {
  T min = std::numeric_limits<T>::lowest();
  T max = std::numeric_limits<T>::max();
};

struct DurationRange {
  sim::Duration min{0};
  sim::Duration max = sim::Duration::max();
};

std::optional<bool> read_bool(const ValueAt& at);
std::optional<std::string> read_string(const ValueAt& at);
std::optional<std::size_t> read_choice(const ValueAt& at, const std::vector<std::string>& names);

std::optional<double> read_number(const ValueAt& at, Range<double> range = {});
std::optional<std::int64_t> read_count(const ValueAt& at, Range<std::int64_t> range = {.min = 0});
std::optional<double> read_ratio(const ValueAt& at, Range<double> range = {0, 1});
std::optional<sim::Duration> read_duration(const ValueAt& at, DurationRange range = {});
std::optional<std::int64_t> read_bytes(const ValueAt& at, Range<std::int64_t> range = {.min = 0});
std::optional<double> read_rate(const ValueAt& at, Range<double> range = {.min = 0});  // per second
std::optional<double> read_bandwidth(const ValueAt& at, Range<double> range = {.min = 0});  // bit/s

// `empirical(FILE)` reads FILE beside the file that names it: a value with its unit on each line;
// empty lines and those that begin with `#` are skipped. A plain quantity may be a bare number.
std::optional<sim::Distribution> read_distribution(const ValueAt& at, sim::Quantity quantity);

}  // namespace faultline::scenarios
