#include "analysis/estimation/figures.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "analysis/format.h"

namespace faultline::analysis {
namespace {

constexpr double largest_written_out = 1e15;

std::string in_thousands(double value, const char* unit_end) {
  constexpr std::array<const char*, 7> prefixes{"", "K", "M", "G", "T", "P", "E"};
  std::size_t at = 0;
  while (value >= 999.95 && at + 1 < prefixes.size()) {
    value /= 1000;
    ++at;
  }
  return figure(value) + ' ' + prefixes[at] + unit_end;
}

}  // namespace

std::string figure(double value) {
  if (value >= largest_written_out) return fmt::format("{:.4g}", value);
  if (value >= 999.95) return with_separators(static_cast<std::uint64_t>(std::llround(value)));
  return fmt::format("{:.4g}", value);
}

std::string bytes_text(double bytes) { return in_thousands(bytes, "B"); }

std::string bits_text(double per_s) {
  std::string text = in_thousands(per_s, "bit/s");
  const std::size_t kilo = text.find(" K");
  if (kilo != std::string::npos) text[kilo + 1] = 'k';
  return text;
}

}  // namespace faultline::analysis
