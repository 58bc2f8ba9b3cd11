#include "analysis/layout/settle.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace faultline::analysis::layout {
namespace {

// Any place between the two medians would do as well as their middle.
double median(std::vector<Wish> wishes) {
  std::ranges::sort(wishes, {}, &Wish::y);
  double half = 0;
  for (const Wish& wish : wishes) half += wish.weight / 2;
  double sum = 0;
  for (std::size_t i = 0; i + 1 < wishes.size(); ++i) {
    sum += wishes[i].weight;
    if (sum > half) return wishes[i].y;
    if (sum == half) return (wishes[i].y + wishes[i + 1].y) / 2;
  }
  return wishes.back().y;
}

}  // namespace

// By pooling adjacent violators (R. E. Barlow et al., "Statistical inference under order
// restrictions", Wiley 1972): neighbours that would come too close move together from then on, as
// one block with the wishes of both.
std::vector<double> settle(const std::vector<std::vector<Wish>>& wishes,
                           const std::vector<double>& offsets) {
  struct Block {
    std::size_t items;
    std::vector<Wish> wishes;  // for where an item without offset would stand
    double y;
  };
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    Block block{1, wishes[i], 0};
    for (Wish& wish : block.wishes) wish.y -= offsets[i];
    block.y = median(block.wishes);
    while (!blocks.empty() && blocks.back().y > block.y) {
      const Block& above = blocks.back();
      block.items += above.items;
      block.wishes.insert(block.wishes.end(), above.wishes.begin(), above.wishes.end());
      block.y = median(block.wishes);
      blocks.pop_back();
    }
    blocks.push_back(std::move(block));
  }
  std::vector<double> places;
  for (const Block& block : blocks) {
    for (std::size_t i = 0; i < block.items; ++i) {
      places.push_back(block.y + offsets[places.size()]);
    }
  }
  return places;
}

}  // namespace faultline::analysis::layout
