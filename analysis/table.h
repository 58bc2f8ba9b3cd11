// Table: text in columns as wide as their widest cell.
#pragma once

#include <string>
#include <vector>

namespace faultline::analysis {

enum class Align { left, right };

class Table {
 public:
  struct Column {
    std::string title;
    Align align;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as there are columns, in UTF-8 without control characters.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::size_t rows() const { return rows_.size(); }
  const std::vector<Column>& columns() const { return columns_; }
  const std::vector<std::vector<std::string>>& cells() const { return rows_; }  // by row
  // It holds only "-" or nothing: such a column is not shown.
  bool is_empty(std::size_t column) const;
  // A title line and a line per row, each after `indent` blanks; columns that hold only "-" or
  // nothing are left out.
  std::string text(std::size_t indent) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace faultline::analysis
