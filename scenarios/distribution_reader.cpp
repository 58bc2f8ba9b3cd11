// read_distribution() of value_reader.h: the text of a distribution, and the files it may name.
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "scenarios/sourced_json.h"
#include "scenarios/text_file.h"
#include "scenarios/value_reader.h"
#include "sim/distribution_text.h"

namespace faultline::scenarios {
namespace {

using sim::Parsed;
using sim::ParseError;
using sim::Quantity;

constexpr std::size_t largest_file = std::size_t{64} << 20U;

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t begin = line.find_first_not_of(blanks);
  if (begin == line.npos) return {};
  return line.substr(begin, line.find_last_not_of(blanks) - begin + 1);
}

Parsed<std::vector<double>> read_values(const std::filesystem::path& path, Quantity quantity) {
  Problems unreadable;
  const auto text = read_text_file(path, largest_file, unreadable);
  if (!text) return ParseError{0, unreadable.kept().front().text()};
  std::vector<double> values;
  std::string_view rest = *text;
  for (int line = 1; !rest.empty(); ++line) {
    const std::size_t end = rest.find('\n');
    const std::string_view entry = trimmed(rest.substr(0, end));
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    if (entry.empty() || entry.front() == '#') continue;
    const auto value = sim::parse_quantity(entry, quantity);
    if (!value) {
      return ParseError{0, path.string() + ":" + std::to_string(line) + ": " + in_quotes(entry) +
                               ": " + value.error().message};
    }
    values.push_back(*value);
  }
  if (values.empty()) return ParseError{0, path.string() + ": expected a value on each line"};
  return values;
}

const char* example_of(Quantity quantity) {
  if (quantity == Quantity::duration) return "\"25ms\" or \"exp(25ms)\"";
  if (quantity == Quantity::bytes) return "\"64KiB\" or \"exp(64KiB)\"";
  return "\"3\" or \"exp(3)\"";
}

}  // namespace

std::optional<sim::Distribution> read_distribution(const ValueAt& at, Quantity quantity) {
  const std::string expected = std::string("a distribution such as ") + example_of(quantity);
  if (at.value.is_number() && quantity == Quantity::plain) {
    const double constant = at.value.get<double>();
    if (constant < 0) return at.refuse(expected + ", 0 or above");
    return sim::Distribution::constant(constant);
  }
  if (!at.value.is_string()) return at.refuse(expected);
  const auto& text = at.value.get_ref<const std::string&>();
  const auto parsed = sim::parse_distribution(text, quantity, [&](std::string_view file) {
    return read_values(at.document.resolve(at.pointer, file), quantity);
  });
  if (parsed) return *parsed;
  const ParseError& error = parsed.error();
  at.problems.add({at.document.origin_of(at.pointer), at.pointer, "expected " + expected,
                   shown(at.value) + " (at character " + std::to_string(error.position + 1) + ": " +
                       printable(error.message, 300) + ")",
                   std::nullopt});
  return std::nullopt;
}

}  // namespace faultline::scenarios
