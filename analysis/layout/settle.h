// Settling of a layout's columns: items go where they are wanted as far as there is room.
#pragma once

#include <vector>

namespace faultline::analysis::layout {

// Where somebody would like an item to be, and how much that counts.
struct Wish {
  double y = 0;
  double weight = 1;
};

// Places for items in their order, every one with a wish or more. Item i stands at least
// offsets[i] - offsets[i - 1] below the one before it. The weighted sum of the distances between
// places and wishes is the least possible; among equally good places the middle is taken.
std::vector<double> settle(const std::vector<std::vector<Wish>>& wishes,
                           const std::vector<double>& offsets);

}  // namespace faultline::analysis::layout
