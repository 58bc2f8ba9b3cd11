#include "analysis/format.h"

#include <fmt/format.h>

#include <cmath>

namespace faultline::analysis {

std::string with_separators(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3;) {
    i -= 3;
    digits.insert(i, ",");
  }
  return digits;
}

std::string milliseconds(std::optional<double> ms) {
  if (!ms) return "-";
  if (*ms >= 1000) return fmt::format("{:.2f} s", *ms / 1000);
  if (*ms >= 100) return fmt::format("{:.0f} ms", *ms);
  if (*ms >= 10) return fmt::format("{:.1f} ms", *ms);
  return fmt::format("{:.2f} ms", *ms);
}

std::string percent(std::optional<double> share, int digits) {
  if (!share) return "-";
  return fmt::format("{:.{}f} %", *share * 100, digits);
}

std::string number(std::optional<double> value, int digits) {
  if (!value) return "-";
  return fmt::format("{:.{}f}", *value, digits);
}

// Whole where cents say nothing.
std::string money(std::optional<double> amount) {
  if (!amount) return "-";
  if (*amount < 0) return "-" + money(-*amount);
  if (*amount >= 1e15) return fmt::format("{:.4g}", *amount);
  if (*amount >= 1000) return with_separators(static_cast<std::uint64_t>(std::llround(*amount)));
  return *amount >= 0.1 || *amount == 0 ? fmt::format("{:.2f}", *amount)
                                        : fmt::format("{:.2g}", *amount);
}

std::string clock(sim::Time at) {
  const std::int64_t milliseconds = at.ns / 1'000'000;
  const std::int64_t seconds = milliseconds / 1000;
  std::string text = seconds >= 3600 ? fmt::format("{}:{:02}:{:02}", seconds / 3600,
                                                   seconds / 60 % 60, seconds % 60)
                                     : fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  if (milliseconds % 1000 != 0) text += fmt::format(".{:03}", milliseconds % 1000);
  return text;
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string result;
  std::string line;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find_first_of(" \n", begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    begin = end + 1;
    if (word.empty()) continue;
    if (!line.empty() && indent + line.size() + 1 + word.size() > width) {
      result += margin + line + "\n";
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) result += margin + line + "\n";
  return result;
}

}  // namespace faultline::analysis
