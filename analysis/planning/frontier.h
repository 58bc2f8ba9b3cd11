// Frontier: the weakest configurations that hold, found with few trials.
//
// Lattice      every combination of the values of some axes. On an ordered axis a later value is
//              never weaker: what holds still holds with it, and it never costs less. Along others
//              (policies, names) nothing follows
// Search       along the longest ordered axis by halving, for every combination of the others, of
//              which the middle comes before the halves that it bounds; whatever follows from
//              trials already made is not tried
// Trials       with an axis of n values and m combinations of the others: about
//              m (1 + log2(1 + n / m)) where these are ordered, m (1 + log2(n)) at most
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace faultline::analysis {

struct Lattice {
  struct Axis {
    std::size_t size = 1;
    bool ordered = true;
  };
  std::vector<Axis> axes;

  std::size_t size() const;
  // Points are numbered with the last axis changing fastest.
  std::vector<std::size_t> coordinates(std::size_t point) const;
  std::size_t point(const std::vector<std::size_t>& coordinates) const;
  // `a` is nowhere stronger than `b` and has the same values where nothing is ordered.
  bool at_most(std::size_t a, std::size_t b) const;
  // One step weaker on each ordered axis that allows it.
  std::vector<std::size_t> weaker(std::size_t point) const;
};

struct Probe {
  bool holds = false;
  std::optional<double> cost;  // nullopt: not known
};

// What was found at the points that were tried.
using Probes = std::map<std::size_t, Probe>;

// `probe`: tries a point; nullopt: interrupted, and the search ends with what it has.
Probes search_frontier(const Lattice& lattice,
                       const std::function<std::optional<Probe>(std::size_t)>& probe);

// The cheapest of the probes that holds; of equals the one with the lowest number. Where costs are
// unknown they count as more than any.
std::optional<std::size_t> cheapest(const Probes& probes);

// Two probes that contradict the order: the weaker holds and the stronger does not, or costs more
// than it by more than `tolerance` of it.
struct Contradiction {
  std::size_t weaker = 0;
  std::size_t stronger = 0;
  bool of_cost = false;
};
std::optional<Contradiction> contradiction(const Lattice& lattice, const Probes& probes,
                                           double tolerance);

}  // namespace faultline::analysis
