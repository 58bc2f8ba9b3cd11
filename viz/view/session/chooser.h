// Chooser: the scenarios that ship, to choose one from; typing narrows them down.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "viz/view/stage/geometry.h"

namespace faultline::viz {

class Chooser {
 public:
  struct Entry {
    std::string name;
    std::string about;
  };

  explicit Chooser(std::vector<Entry> entries) : entries_(std::move(entries)) { narrow(); }

  // Those whose name or line contains what was typed.
  const std::vector<Entry>& offered() const { return offered_; }
  const std::string& typed() const { return typed_; }
  std::size_t cursor() const { return cursor_; }
  // The first that is seen, where so many fit on the screen.
  std::size_t first(std::size_t fitting) const;

  void type(char letter);
  void erase();
  void move(int by);
  // By its place among those that are seen.
  void point_at(std::size_t row, std::size_t fitting);
  // nullopt: nothing is offered.
  std::optional<std::string> chosen() const;

 private:
  void narrow();

  std::vector<Entry> entries_;
  std::vector<Entry> offered_;
  std::string typed_;
  std::size_t cursor_ = 0;
};

// All of the library, those with mistakes left out.
std::vector<Chooser::Entry> entries_of_library();

// Where the list is, in a window of that size and scale.
struct ChooserRows {
  Box box;
  double row_height = 0;
  std::size_t fitting = 0;
};
ChooserRows chooser_rows(Point size, double scale);

}  // namespace faultline::viz
