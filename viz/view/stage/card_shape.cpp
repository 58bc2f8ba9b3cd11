#include "viz/view/stage/card_shape.h"

#include <algorithm>

namespace faultline::viz {
namespace {

using namespace card_sizes;

struct CellSize {
  double width;
  double height;
  double gap;
  std::size_t in_a_line;
};

// Cells shrink where there are many: all of a card's are to be seen at once.
CellSize size_for(std::size_t replicas) {
  if (replicas <= 8) return {.width = 28, .height = 32, .gap = 6, .in_a_line = 8};
  if (replicas <= 40) return {.width = 16, .height = 20, .gap = 4, .in_a_line = 10};
  return {.width = 8, .height = 10, .gap = 3, .in_a_line = 25};
}

// Bold letters are about so wide; the picture shortens what is longer than the card after all.
double width_of_title(const std::string& text) {
  return static_cast<double>(text.size()) * title * 0.68;
}

}  // namespace

Box Card::backlog_box() const {
  return {box.x + padding, box.bottom() - padding, box.width - 2 * padding, backlog};
}

Point Card::note_place() const { return {box.x + padding, box.bottom() - padding - note_line / 2}; }

void shape(Card& card, const std::vector<CardRow>& rows) {
  std::size_t most = 0;
  for (const CardRow& row : rows) most = std::max(most, row.replicas.size());
  const CellSize size = size_for(most);
  const double left = padding + (rows.size() > 1 ? zone_label : 0);
  const double across = size.width + size.gap;
  const double down = size.height + size.gap;

  double y = header;
  double right = 0;
  for (const CardRow& row : rows) {
    const double top = y;
    for (std::size_t i = 0; i < row.replicas.size(); ++i) {
      const double x = left + static_cast<double>(i % size.in_a_line) * across;
      y = top + static_cast<double>(i / size.in_a_line) * down;
      card.cells.push_back({row.replicas[i], {x, y, size.width, size.height}});
      right = std::max(right, x + size.width);
    }
    y += down;
    if (rows.size() > 1) card.rows.push_back({row.zone, (top + y - size.gap) / 2});
  }
  card.box.width =
      std::max({least_width, right + padding, 2 * padding + width_of_title(card.name)});
  card.box.height = y + note_line + padding;
}

}  // namespace faultline::viz
