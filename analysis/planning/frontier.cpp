#include "analysis/planning/frontier.h"

#include <algorithm>
#include <cmath>

namespace faultline::analysis {
namespace {

// 0 to size - 1, the middle before the halves: what is found there bounds both of them.
std::vector<std::size_t> middle_first(std::size_t size) {
  struct Part {
    std::size_t begin;
    std::size_t end;
  };
  std::vector<Part> parts = {{0, size}};
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto [begin, end] = parts[i];
    if (begin == end) continue;
    const std::size_t middle = (begin + end) / 2;
    order.push_back(middle);
    parts.push_back({begin, middle});
    parts.push_back({middle + 1, end});
  }
  return order;
}

class FrontierSearch {
 public:
  FrontierSearch(const Lattice& lattice,
                 const std::function<std::optional<Probe>(std::size_t)>& probe)
      : lattice_(lattice), probe_(probe), along_(longest_axis(lattice)) {}

  Probes search() && {
    for (const Lattice::Axis& axis : lattice_.axes) orders_.push_back(middle_first(axis.size));
    std::vector<std::size_t> at(lattice_.axes.size(), 0);
    do {
      if (!search_line(line_at(at))) break;
    } while (next_line(at));
    return std::move(probes_);
  }

 private:
  // Where no axis is ordered, each line is a single point of the first.
  static std::optional<std::size_t> longest_axis(const Lattice& lattice) {
    std::optional<std::size_t> longest;
    for (std::size_t i = 0; i < lattice.axes.size(); ++i) {
      if (!lattice.axes[i].ordered) continue;
      if (!longest || lattice.axes[i].size > lattice.axes[*longest].size) longest = i;
    }
    return longest;
  }

  // `at`: places in the orders. The last axis goes on first.
  bool next_line(std::vector<std::size_t>& at) const {
    for (std::size_t i = at.size(); i-- > 0;) {
      if (i == along_) continue;
      if (++at[i] < lattice_.axes[i].size) return true;
      at[i] = 0;
    }
    return false;
  }

  std::vector<std::size_t> line_at(const std::vector<std::size_t>& at) const {
    std::vector<std::size_t> line(at.size());
    for (std::size_t i = 0; i < at.size(); ++i) line[i] = orders_[i][at[i]];
    return line;
  }

  // false: interrupted.
  bool search_line(std::vector<std::size_t> line) {
    std::size_t low = 0;                                          // all below it miss
    std::size_t high = along_ ? lattice_.axes[*along_].size : 1;  // it and all above hold
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (along_) line[*along_] = middle;
      const auto holds = known_or_tried(lattice_.point(line));
      if (!holds) return false;
      if (*holds) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return true;
  }

  // nullopt: interrupted.
  std::optional<bool> known_or_tried(std::size_t point) {
    for (const auto& [other, found] : probes_) {
      if (found.holds && lattice_.at_most(other, point)) return true;
      if (!found.holds && lattice_.at_most(point, other)) return false;
    }
    const auto found = probe_(point);
    if (!found) return std::nullopt;
    probes_[point] = *found;
    return found->holds;
  }

  const Lattice& lattice_;
  const std::function<std::optional<Probe>(std::size_t)>& probe_;
  std::optional<std::size_t> along_;
  std::vector<std::vector<std::size_t>> orders_;  // in which the values of each axis are visited
  Probes probes_;
};

double cost_or_most(const Probe& probe) { return probe.cost.value_or(HUGE_VAL); }

}  // namespace

std::size_t Lattice::size() const {
  std::size_t size = 1;
  for (const Axis& axis : axes) size *= axis.size;
  return size;
}

std::vector<std::size_t> Lattice::coordinates(std::size_t point) const {
  std::vector<std::size_t> coordinates(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    coordinates[i] = point % axes[i].size;
    point /= axes[i].size;
  }
  return coordinates;
}

std::size_t Lattice::point(const std::vector<std::size_t>& coordinates) const {
  std::size_t point = 0;
  for (std::size_t i = 0; i < axes.size(); ++i) point = point * axes[i].size + coordinates[i];
  return point;
}

bool Lattice::at_most(std::size_t a, std::size_t b) const {
  const auto of_a = coordinates(a);
  const auto of_b = coordinates(b);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i].ordered ? of_a[i] > of_b[i] : of_a[i] != of_b[i]) return false;
  }
  return true;
}

std::vector<std::size_t> Lattice::weaker(std::size_t point) const {
  std::vector<std::size_t> weaker;
  auto at = coordinates(point);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (!axes[i].ordered || at[i] == 0) continue;
    --at[i];
    weaker.push_back(this->point(at));
    ++at[i];
  }
  return weaker;
}

Probes search_frontier(const Lattice& lattice,
                       const std::function<std::optional<Probe>(std::size_t)>& probe) {
  return FrontierSearch(lattice, probe).search();
}

std::optional<std::size_t> cheapest(const Probes& probes) {
  std::optional<std::size_t> best;
  for (const auto& [point, probe] : probes) {
    if (!probe.holds) continue;
    if (!best || cost_or_most(probe) < cost_or_most(probes.at(*best))) best = point;
  }
  return best;
}

std::optional<Contradiction> contradiction(const Lattice& lattice, const Probes& probes,
                                           double tolerance) {
  for (const auto& [a, of_a] : probes) {
    for (const auto& [b, of_b] : probes) {
      if (a == b || !lattice.at_most(a, b)) continue;
      if (of_a.holds && !of_b.holds) return Contradiction{a, b, false};
      // What fails costs little where its users go unserved: only what holds is compared.
      const bool both = of_a.holds && of_b.holds && of_a.cost && of_b.cost;
      if (both && *of_a.cost > *of_b.cost * (1 + tolerance)) return Contradiction{a, b, true};
    }
  }
  return std::nullopt;
}

}  // namespace faultline::analysis
