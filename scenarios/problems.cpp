#include "scenarios/problems.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace faultline::scenarios {
namespace {

constexpr std::size_t longest_name = 64;  // beyond it nobody meant a name of ours
constexpr std::size_t longest_pointer = 300;
constexpr std::size_t longest_file = 1000;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::string folded(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '_' || c == ' ') c = '-';
  }
  return folded;
}

// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, each 1
// (Damerau, CACM 7(3), 1964, without overlapping edits).
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

void append_escaped(std::string& out, unsigned code) {
  char buffer[8];
  std::snprintf(buffer, sizeof buffer, "\\u%04x", code);
  out += buffer;
}

}  // namespace

std::string printable(std::string_view text, std::size_t longest) {
  const bool cut = text.size() > longest;
  if (cut) {
    std::size_t end = longest;
    while (end > 0 && is_continuation(text[end])) --end;
    text = text.substr(0, end);
  }
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (byte < 0x20 || byte == 0x7F) {
      append_escaped(out, byte);
    } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {  // U+0080..9F: control characters too
      append_escaped(out, next);
      ++i;
    } else {
      out += text[i];
    }
  }
  return cut ? out + "..." : out;
}

std::string in_quotes(std::string_view text, std::size_t longest) {
  return '"' + printable(text, longest) + '"';
}

std::string Problem::text() const {
  std::string out = printable(origin.file, longest_file);
  if (origin.position) {
    out += ':' + std::to_string(origin.position->line);
    out += ':' + std::to_string(origin.position->column);
  }
  out += ": ";
  if (!pointer.empty()) out += printable(pointer, longest_pointer) + ": ";
  out += message;
  if (value) out += ", got " + *value;
  if (suggestion) out += "; did you mean " + in_quotes(*suggestion) + "?";
  return out;
}

void Problems::add(Problem problem) {
  ++count_;
  if (kept_.size() >= kept_problems) return;
  if (problem.pointer.size() > longest_pointer) {
    problem.pointer = printable(problem.pointer, longest_pointer - 3);
  }
  kept_.push_back(std::move(problem));
}

std::string Problems::text() const {
  std::string out;
  for (const Problem& problem : kept_) out += problem.text() + '\n';
  if (count_ > kept_.size()) {
    out += "and " + std::to_string(count_ - kept_.size()) + " more problems\n";
  }
  return out;
}

ScenarioError::ScenarioError(Problems problems)
    : std::runtime_error(problems.text()), problems_(std::move(problems)) {}

std::optional<std::string> nearest_name(std::string_view name,
                                        const std::vector<std::string>& candidates) {
  if (name.empty() || name.size() > longest_name) return std::nullopt;
  const std::string wanted = folded(name);
  const std::string* nearest = nullptr;
  std::size_t nearest_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > longest_name) continue;
    const std::size_t distance = edit_distance(wanted, folded(candidate));
    // One edit turns any single letter into any other: nothing of the name would be left.
    if (distance >= std::max(name.size(), candidate.size())) continue;
    if (distance >= nearest_distance) continue;
    nearest = &candidate;
    nearest_distance = distance;
  }
  if (nearest == nullptr) return std::nullopt;
  return *nearest;
}

}  // namespace faultline::scenarios
