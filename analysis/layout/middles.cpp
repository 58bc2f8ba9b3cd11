#include "analysis/layout/middles.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

#include "analysis/layout/settle.h"

namespace faultline::analysis::layout {
namespace {

using Column = std::vector<std::size_t>;

double gap_between(const GridItem& above, const GridItem& below) {
  if (above.is_card && below.is_card) return spacing::between_cards;
  return above.is_card || below.is_card ? spacing::card_to_edge : spacing::between_edges;
}

// A long edge is to be straight between its ends; at them it gives way to cards in line, even two
// of its kind to one card.
double straightness(const GridItem& a, const GridItem& b) {
  if (a.is_card && b.is_card) return 2;
  return a.is_card || b.is_card ? 0.875 : 8;
}

// Places the items of one lane, or those outside of all areas once all others have their places.
class Lane {
 public:
  Lane(const Grid& grid, std::optional<std::size_t> number, std::vector<double>& middles)
      : grid_(grid), number_(number), middles_(middles) {
    for (const Column& column : grid.columns) {
      Column items;
      std::ranges::copy_if(column, std::back_inserter(items),
                           [&](std::size_t item) { return grid.items[item].lane == number; });
      if (!items.empty()) columns_.push_back(std::move(items));
    }
  }

  bool empty() const { return columns_.empty(); }

  void arrange() {
    for (const Column& column : columns_) stack(column);
    std::vector<double> best = middles_;
    double least = bend();
    constexpr int sweeps = 24;
    for (int i = 0; i < sweeps; ++i) {
      // Outside, where the areas are what there is to go by, the way from them comes first.
      const bool from_right = number_ ? i % 2 == 1 : i % 2 == 0;
      if (from_right) {
        for (std::size_t c = columns_.size(); c-- > 0;) settle_column(columns_[c], true);
      } else {
        for (const Column& column : columns_) settle_column(column, false);
      }
      if (const double bent = bend(); bent < least) {
        least = bent;
        best = middles_;
      }
    }
    middles_ = best;
  }

  // Closes gaps that go through the whole lane, as between parts that have no calls in common.
  // Moves all so that the topmost item begins at `top`; returns where the last one ends.
  double compact(double top) {
    Column items;
    for (const Column& column : columns_) items.insert(items.end(), column.begin(), column.end());
    const auto top_of = [&](std::size_t item) {
      return middles_[item] - grid_.items[item].height / 2;
    };
    std::ranges::stable_sort(items, {}, top_of);
    double shift = top - top_of(items.front());
    double bottom = top;
    for (const std::size_t item : items) {
      shift = std::min(shift, bottom + spacing::between_cards - top_of(item));
      middles_[item] += shift;
      bottom = std::max(bottom, middles_[item] + grid_.items[item].height / 2);
    }
    return bottom;
  }

 private:
  // Of every item below the first, at the least distances.
  std::vector<double> offsets_in(const Column& column) const {
    std::vector<double> offsets = {0};
    for (std::size_t i = 1; i < column.size(); ++i) {
      const GridItem& above = grid_.items[column[i - 1]];
      const GridItem& below = grid_.items[column[i]];
      offsets.push_back(offsets.back() + (above.height + below.height) / 2 +
                        gap_between(above, below));
    }
    return offsets;
  }

  void stack(const Column& column) {
    const std::vector<double> offsets = offsets_in(column);
    for (std::size_t i = 0; i < column.size(); ++i) {
      middles_[column[i]] = offsets[i] - offsets.back() / 2;
    }
  }

  std::vector<Wish> wishes_of(std::size_t item, const std::vector<std::size_t>& neighbours) const {
    std::vector<Wish> wishes;
    for (const std::size_t neighbour : neighbours) {
      if (number_ && grid_.items[neighbour].lane != number_) continue;
      wishes.push_back(
          {middles_[neighbour], straightness(grid_.items[item], grid_.items[neighbour])});
    }
    return wishes;
  }

  // Neighbours on the other side count where there are none on the one.
  void settle_column(const Column& column, bool from_right) {
    std::vector<std::vector<Wish>> wishes;
    for (const std::size_t id : column) {
      const GridItem& item = grid_.items[id];
      wishes.push_back(wishes_of(id, from_right ? item.right : item.left));
      if (wishes.back().empty()) {
        wishes.back() = wishes_of(id, from_right ? item.left : item.right);
      }
      if (wishes.back().empty()) wishes.back() = {{middles_[id], 1}};
    }
    const std::vector<double> places = settle(wishes, offsets_in(column));
    for (std::size_t i = 0; i < column.size(); ++i) middles_[column[i]] = places[i];
  }

  // How far the lane's edges are from straight lines.
  double bend() const {
    double sum = 0;
    for (const Column& column : columns_) {
      for (const std::size_t item : column) {
        for (const auto& [y, weight] : wishes_of(item, grid_.items[item].right)) {
          sum += weight * std::abs(y - middles_[item]);
        }
      }
    }
    return sum;
  }

  const Grid& grid_;
  std::optional<std::size_t> number_;
  std::vector<double>& middles_;  // of all items of the grid
  std::vector<Column> columns_;   // only those with items of this lane
};

std::size_t count_lanes(const Grid& grid) {
  std::size_t count = 0;
  for (const GridItem& item : grid.items) {
    if (item.lane) count = std::max(count, *item.lane + 1);
  }
  return count;
}

}  // namespace

std::vector<double> middles_of(const Grid& grid) {
  std::vector<double> middles(grid.items.size(), 0);
  double top = 0;
  const std::size_t lanes = count_lanes(grid);
  for (std::size_t number = 0; number < lanes; ++number) {
    Lane lane(grid, number, middles);
    if (lane.empty()) continue;
    lane.arrange();
    top = lane.compact(top + spacing::area_title + spacing::area_margin) + spacing::area_margin +
          spacing::between_areas;
  }
  Lane outside(grid, std::nullopt, middles);
  outside.arrange();
  if (lanes == 0 && !outside.empty()) outside.compact(top);
  return middles;
}

}  // namespace faultline::analysis::layout
