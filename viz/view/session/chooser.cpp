#include "viz/view/session/chooser.h"

#include <algorithm>

#include "scenarios/find_scenario.h"
#include "scenarios/library_path.h"
#include "scenarios/scenario.h"

namespace faultline::viz {

void Chooser::narrow() {
  offered_.clear();
  const auto contains = [&](const std::string& text) {
    return text.find(typed_) != std::string::npos;
  };
  for (const Entry& entry : entries_) {
    if (contains(entry.name) || contains(entry.about)) offered_.push_back(entry);
  }
  cursor_ = std::min(cursor_, offered_.empty() ? 0 : offered_.size() - 1);
}

std::size_t Chooser::first(std::size_t fitting) const {
  if (offered_.size() <= fitting) return 0;
  const std::size_t above = cursor_ - std::min(cursor_, fitting / 2);
  return std::min(above, offered_.size() - fitting);
}

void Chooser::type(char letter) {
  typed_ += letter;
  narrow();
}

void Chooser::erase() {
  if (!typed_.empty()) typed_.pop_back();
  narrow();
}

void Chooser::move(int by) {
  if (offered_.empty()) return;
  const auto last = static_cast<std::int64_t>(offered_.size()) - 1;
  cursor_ = static_cast<std::size_t>(
      std::clamp(static_cast<std::int64_t>(cursor_) + by, std::int64_t{0}, last));
}

void Chooser::point_at(std::size_t row, std::size_t fitting) {
  const std::size_t entry = first(fitting) + row;
  if (row < fitting && entry < offered_.size()) cursor_ = entry;
}

std::optional<std::string> Chooser::chosen() const {
  return offered_.empty() ? std::nullopt : std::optional(offered_[cursor_].name);
}

std::vector<Chooser::Entry> entries_of_library() {
  std::vector<Chooser::Entry> entries;
  const std::filesystem::path library = scenarios::library_path();
  for (const std::string& name : scenarios::scenario_names(library)) {
    scenarios::Problems problems;
    const auto scenario =
        scenarios::load_scenario(library / (name + ".json"), {}, library, problems);
    if (scenario) entries.push_back({name, scenario->about});
  }
  return entries;
}

ChooserRows chooser_rows(Point size, double scale) {
  ChooserRows rows{.box = {24 * scale, 96 * scale, size.x - 48 * scale, size.y - 140 * scale},
                   .row_height = 26 * scale,
                   .fitting = 1};
  rows.fitting = std::max<std::size_t>(
      1, static_cast<std::size_t>(std::max(0.0, rows.box.height) / rows.row_height));
  return rows;
}

}  // namespace faultline::viz
