#include "cli/option_reader.h"

#include <charconv>

#include "analysis/parallel.h"

namespace faultline::cli {
namespace {

constexpr std::uint64_t most_jobs = 256;

}  // namespace

void OptionReader::refuse(std::string_view option, std::string_view expected,
                          const std::optional<std::string>& got) {
  problems_.add({.origin = {std::string(option), {}},
                 .pointer = {},
                 .message = "expected " + std::string(expected),
                 .value = got ? scenarios::in_quotes(*got) : "nothing",
                 .suggestion = {}});
}

std::optional<std::uint64_t> OptionReader::whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> OptionReader::count(std::string_view option,
                                                 const std::optional<std::string>& text,
                                                 std::uint64_t least, std::uint64_t most) {
  if (!text) return std::nullopt;
  const auto value = whole_number(*text);
  if (value && *value >= least && *value <= most) return value;
  const std::string range = most == UINT64_MAX ? "a whole number"
                                               : "a whole number from " + std::to_string(least) +
                                                     " to " + std::to_string(most);
  refuse(option, range, text);
  return std::nullopt;
}

unsigned OptionReader::jobs(const std::optional<std::string>& text) {
  const auto jobs = count("--jobs", text, 1, most_jobs);
  return jobs ? static_cast<unsigned>(*jobs) : analysis::all_processors();
}

}  // namespace faultline::cli
