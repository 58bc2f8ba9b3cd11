// Variations and points: what a sweep changes, and the combinations of values that it tries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/sweep/value_list.h"
#include "scenarios/override.h"
#include "scenarios/problems.h"

namespace faultline::analysis {

// Stands for a pointer: a factor on every arrival rate (load_factor.h).
inline constexpr std::string_view load_pointer = "load";

struct Variation {
  std::vector<std::string> pointers;  // which take the same value
  ValueList values;

  bool is_load() const { return pointers.front() == load_pointer; }
};

// "POINTER=VALUES", several pointers with commas between. nullopt: a problem was added.
std::optional<Variation> parse_variation(std::string_view text, scenarios::Problems& problems);

// "web/workers" of "/components/web/workers".
std::string last_two_parts(const std::string& pointer);
// What a reader calls each: the last two parts of its pointer, or all of it where two end alike.
std::vector<std::string> names_of(const std::vector<Variation>& variations);

// A value for each variation, in their order.
using SweepPoint = std::vector<std::string>;

inline constexpr std::size_t most_points = 10'000;

// Every combination, the last variation changing fastest. Adds a problem when they are too many or
// when a range has no step.
std::vector<SweepPoint> grid_of(const std::vector<Variation>& variations,
                                scenarios::Problems& problems);

// A Latin hypercube (McKay, Beckman, Conover 1979): every variation is cut into `count` parts that
// are as likely, and each part is met once. Fewer points come back where values are listed and two
// fell together.
std::vector<SweepPoint> latin_hypercube(const std::vector<Variation>& variations, std::size_t count,
                                        std::uint64_t seed);

std::vector<scenarios::Override> overrides_of(const std::vector<Variation>& variations,
                                              const SweepPoint& point);
// The load factor, 1 where none varies. nullopt: it is no number above 0 and up to 1000.
std::optional<double> load_of(const std::vector<Variation>& variations, const SweepPoint& point);

// "web/workers=8, load=1.2".
std::string point_text(const std::vector<std::string>& names, const SweepPoint& point);
// {"/components/web/workers":8,"load":1.2}; also the key of a point in a store.
std::string point_json(const std::vector<Variation>& variations, const SweepPoint& point);

}  // namespace faultline::analysis
