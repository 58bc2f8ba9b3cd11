#include "analysis/table.h"

#include <algorithm>

namespace faultline::analysis {
namespace {

std::string padded(const std::string& cell, std::size_t width, Align align) {
  const std::string blanks(width > cell.size() ? width - cell.size() : 0, ' ');
  return align == Align::left ? cell + blanks : blanks + cell;
}

void strip_end(std::string& line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
}

}  // namespace

bool Table::is_empty(std::size_t column) const {
  return std::all_of(rows_.begin(), rows_.end(), [&](const std::vector<std::string>& row) {
    return row[column].empty() || row[column] == "-";
  });
}

std::string Table::text(std::size_t indent) const {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t width = columns_[c].title.size();
    for (const auto& row : rows_) width = std::max(width, row[c].size());
    widths.push_back(is_empty(c) && !rows_.empty() ? 0 : width);
  }
  std::string text;
  const auto add_line = [&](const auto& cell_of) {
    std::string line(indent, ' ');
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (widths[c] == 0) continue;
      line += padded(cell_of(c), widths[c], columns_[c].align) + "  ";
    }
    strip_end(line);
    text += line + "\n";
  };
  add_line([&](std::size_t c) { return columns_[c].title; });
  for (const auto& row : rows_) add_line([&](std::size_t c) { return row[c]; });
  return text;
}

}  // namespace faultline::analysis
