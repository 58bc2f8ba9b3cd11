// NormalRange: what a figure's windows were like while all was well, and when later ones were not.
//
// Normal       the median of the calm windows, give or take the largest of: four of their robust
//              standard deviations (1.4826 times the median absolute deviation), the distance that
//              nine in ten of them keep, four standard deviations of mere counting (where the
//              figure is a rate), and a floor
// An excursion begins with the first of two windows in a row that lie outside, on the side that
//              hurts; ends with the last of them after which, of ten or more windows, at most one
//              in ten is outside again, and never five in a row; windows without a figure are
//              passed over
// Source       median absolute deviation: Rousseeuw and Croux, JASA 88 (1993)
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace faultline::analysis {

// A figure for every window; nullopt: there was nothing to report.
using Figures = std::vector<std::optional<double>>;

inline constexpr std::size_t least_calm_windows = 5;
// So many windows in a row are a departure, and so many after the last one outside a return.
inline constexpr std::size_t windows_to_leave = 2;
inline constexpr std::size_t windows_to_settle = 10;
inline constexpr std::size_t windows_to_relapse = 5;

enum class Side { above, below };

// The least distance from the median that is worth a word.
struct Floor {
  double absolute = 0;
  double share = 0;      // of the median
  bool is_rate = false;  // counted things per second
};

struct NormalRange {
  double middle = 0;
  double low = 0;
  double high = 0;

  bool has_left(double value, Side side) const {
    return side == Side::above ? value > high : value < low;
  }
};

// The median of those that have a figure in windows [first, last); nullopt: none has.
std::optional<double> median(const Figures& figures, std::size_t first, std::size_t last);

// nullopt: too few of the calm windows [first, last) have a figure. `idle` stands for those that
// have none.
std::optional<NormalRange> normal_range(const Figures& figures, std::size_t first, std::size_t last,
                                        const Floor& floor, double window_seconds,
                                        std::optional<double> idle = {});

struct Excursion {
  std::size_t first = 0;  // window
  std::size_t end = 0;    // past the last window outside
  double worst = 0;
  std::size_t worst_at = 0;
  bool is_leaving = false;  // the last window is outside
  bool is_over = false;     // enough windows follow, all but single ones in the range
};

// From window `from` on; nullopt: it never left.
std::optional<Excursion> find_excursion(const Figures& figures, std::size_t from,
                                        const NormalRange& range, Side side);

}  // namespace faultline::analysis
