#include "analysis/layout/crossings.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace faultline::analysis::layout {
namespace {

using Column = std::vector<std::size_t>;
enum class Side : std::uint8_t { left, right };

const std::vector<std::size_t>& neighbours(const GridItem& item, Side side) {
  return side == Side::left ? item.left : item.right;
}

// By item: its place in its column.
std::vector<std::size_t> places_in(const Grid& grid) {
  std::vector<std::size_t> places(grid.items.size());
  for (const Column& column : grid.columns) {
    for (std::size_t place = 0; place < column.size(); ++place) places[column[place]] = place;
  }
  return places;
}

// How many of the numbers added so far exceed a given one (a Fenwick tree).
class Ranks {
 public:
  explicit Ranks(std::size_t size) : tree_(size + 1, 0) {}

  void add(std::size_t number) {
    ++count_;
    for (std::size_t i = number + 1; i < tree_.size(); i += i & -i) ++tree_[i];
  }
  std::size_t above(std::size_t number) const {
    std::size_t others = 0;
    for (std::size_t i = number + 1; i > 0; i -= i & -i) others += tree_[i];
    return count_ - others;
  }

 private:
  std::vector<std::size_t> tree_;
  std::size_t count_ = 0;
};

std::vector<std::size_t> sorted_places(const GridItem& item, Side side,
                                       const std::vector<std::size_t>& places) {
  std::vector<std::size_t> sorted;
  for (const std::size_t neighbour : neighbours(item, side)) sorted.push_back(places[neighbour]);
  std::ranges::sort(sorted);
  return sorted;
}

// Sorts a column by the barycentres of its items' neighbours on one side, within the lanes. An item
// without neighbours there keeps its place as well as it can.
void sort_by_barycentre(Grid& grid, std::size_t index, Side side,
                        std::vector<std::size_t>& places) {
  Column& column = grid.columns[index];
  const auto relative = [&](std::size_t item) {
    const std::size_t size = grid.columns[grid.items[item].column].size();
    return (static_cast<double>(places[item]) + 0.5) / static_cast<double>(size);
  };
  std::vector<double> barycentres(grid.items.size());
  for (const std::size_t item : column) {
    const auto& around = neighbours(grid.items[item], side);
    double sum = 0;
    for (const std::size_t neighbour : around) sum += relative(neighbour);
    barycentres[item] = around.empty() ? relative(item) : sum / static_cast<double>(around.size());
  }
  std::ranges::stable_sort(column, {}, [&](std::size_t item) {
    return std::pair(grid.items[item].lane, barycentres[item]);
  });
  for (std::size_t place = 0; place < column.size(); ++place) places[column[place]] = place;
}

void sweep(Grid& grid, Side seen_from) {
  std::vector<std::size_t> places = places_in(grid);
  const std::size_t count = grid.columns.size();
  for (std::size_t i = 1; i < count; ++i) {
    sort_by_barycentre(grid, seen_from == Side::left ? i : count - 1 - i, seen_from, places);
  }
}

// Crossings of the links of two items, the first above the second.
std::size_t crossings_of(const GridItem& above, const GridItem& below,
                         const std::vector<std::size_t>& places) {
  std::size_t crossings = 0;
  for (const Side side : {Side::left, Side::right}) {
    for (const std::size_t a : neighbours(above, side)) {
      for (const std::size_t b : neighbours(below, side)) {
        if (places[a] > places[b]) ++crossings;
      }
    }
  }
  return crossings;
}

// Exchanges neighbours in a column while that saves crossings, which barycentres can miss.
void exchange_neighbours(Grid& grid) {
  std::vector<std::size_t> places = places_in(grid);
  for (bool improved = true; improved;) {
    improved = false;
    for (Column& column : grid.columns) {
      for (std::size_t place = 1; place < column.size(); ++place) {
        const GridItem& above = grid.items[column[place - 1]];
        const GridItem& below = grid.items[column[place]];
        if (above.lane != below.lane ||
            crossings_of(above, below, places) <= crossings_of(below, above, places)) {
          continue;
        }
        std::swap(places[column[place - 1]], places[column[place]]);
        std::swap(column[place - 1], column[place]);
        improved = true;
      }
    }
  }
}

}  // namespace

std::size_t count_crossings(const Grid& grid) {
  const std::vector<std::size_t> places = places_in(grid);
  std::size_t crossings = 0;
  for (std::size_t i = 0; i + 1 < grid.columns.size(); ++i) {
    Ranks ends(grid.columns[i + 1].size());
    for (const std::size_t item : grid.columns[i]) {
      const auto sorted = sorted_places(grid.items[item], Side::right, places);
      for (const std::size_t place : sorted) crossings += ends.above(place);
      for (const std::size_t place : sorted) ends.add(place);
    }
  }
  return crossings;
}

void reduce_crossings(Grid& grid) {
  constexpr int sweeps = 24;
  std::vector<Column> best = grid.columns;
  std::size_t fewest = count_crossings(grid);
  for (int i = 0; i < sweeps && fewest > 0; ++i) {
    sweep(grid, i % 2 == 0 ? Side::left : Side::right);
    Grid polished = grid;
    exchange_neighbours(polished);
    const std::size_t crossings = count_crossings(polished);
    if (crossings < fewest) {
      fewest = crossings;
      best = polished.columns;
    }
  }
  grid.columns = best;
}

}  // namespace faultline::analysis::layout
