#include "sim/units.h"

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>

#include "sim/draw.h"

namespace faultline::sim {
namespace {

// A unit is worth multiple * 10^power of the base unit; the power moves the decimal point without
// rounding.
struct Unit {
  std::string_view name;
  std::uint64_t multiple;
  int power;
};

constexpr std::array duration_units{Unit{"ns", 1, 0},  Unit{"us", 1, 3},  Unit{"ms", 1, 6},
                                    Unit{"s", 1, 9},   Unit{"m", 6, 10},  Unit{"min", 6, 10},
                                    Unit{"h", 36, 11}, Unit{"d", 864, 11}};
constexpr std::array byte_units{
    Unit{"B", 1, 0},         Unit{"KB", 1, 3}, Unit{"KiB", 1 << 10, 0}, Unit{"MB", 1, 6},
    Unit{"MiB", 1 << 20, 0}, Unit{"GB", 1, 9}, Unit{"GiB", 1 << 30, 0}};
constexpr std::array count_units{Unit{"", 1, 0}, Unit{"k", 1, 3}, Unit{"M", 1, 6}, Unit{"G", 1, 9}};
constexpr std::array bandwidth_units{Unit{"bps", 1, 0}, Unit{"kbps", 1, 3}, Unit{"Mbps", 1, 6},
                                     Unit{"Gbps", 1, 9}, Unit{"Tbps", 1, 12}};
constexpr std::array ratio_units{Unit{"", 1, 0}, Unit{"%", 1, -2}};
constexpr std::array plain_units{Unit{"", 1, 0}};

// How a kind of quantity is written.
struct Notation {
  std::string_view example;  // `a duration such as "25ms"`
  std::string_view expected_unit;
  std::span<const Unit> units;
};

constexpr Notation durations{"a duration such as \"25ms\"",
                             "a unit of time (ns, us, ms, s, m, min, h or d)", duration_units};
constexpr Notation byte_sizes{"a size such as \"64KiB\"",
                              "a unit of size (B, KB, MB, GB, KiB, MiB or GiB)", byte_units};
constexpr Notation counts{"a whole number such as \"10k\"", "the end or k, M or G", count_units};
constexpr Notation rates{"a rate such as \"2k/s\"", "k, M, G or \"/\"", count_units};
constexpr Notation bandwidths{"a bandwidth such as \"10Gbps\"",
                              "a unit of bandwidth (bps, kbps, Mbps, Gbps or Tbps)",
                              bandwidth_units};
constexpr Notation ratios{"a ratio such as \"99.9%\" or \"0.25\"", "the end or %", ratio_units};
constexpr Notation plains{"a number such as \"1.5\"", "the end", plain_units};

std::string quoted(std::string_view text) {
  return text.empty() ? "nothing" : '"' + std::string(text) + '"';
}

ParseError expected(std::size_t position, std::string_view what, std::string_view got) {
  return {position, "expected " + std::string(what) + ", got " + quoted(got)};
}

bool is_digit(std::string_view text, std::size_t i) {
  return i < text.size() && text[i] >= '0' && text[i] <= '9';
}

// A number as written: significant digits times ten to the exponent.
struct Decimal {
  std::uint64_t digits = 0;
  int exponent = 0;
  std::size_t length = 0;  // characters of the text it takes
};

// Reads digits from `at` on into `number`; an error when there are too many that matter.
std::optional<ParseError> read_digits(std::string_view text, std::size_t& at, bool fraction,
                                      int& zeros_held, Decimal& number) {
  for (; is_digit(text, at); ++at) {
    if (fraction) --number.exponent;
    ++zeros_held;
    if (text[at] == '0') continue;
    for (; zeros_held > 0; --zeros_held) {
      if (number.digits >= 1'000'000'000'000'000'000) {
        return ParseError{at, "expected at most 19 significant digits"};
      }
      number.digits *= 10;
    }
    number.digits += static_cast<std::uint64_t>(text[at] - '0');
  }
  return std::nullopt;
}

Parsed<Decimal> read_decimal(std::string_view text, const Notation& notation) {
  if (!is_digit(text, 0)) return expected(0, notation.example, text);
  Decimal number;
  std::size_t at = 0;
  int zeros_held = 0;  // zeros not yet appended: trailing ones cost no precision
  if (auto error = read_digits(text, at, false, zeros_held, number)) return *error;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!is_digit(text, at)) return expected(at, "a digit after the point", text.substr(at));
    if (auto error = read_digits(text, at, true, zeros_held, number)) return *error;
  }
  number.exponent += zeros_held;
  const std::size_t sign = at + 1;
  const bool has_sign = sign < text.size() && (text[sign] == '-' || text[sign] == '+');
  if (at < text.size() && text[at] == 'e' && is_digit(text, sign + (has_sign ? 1 : 0))) {
    int exponent = 0;
    for (at = sign + (has_sign ? 1 : 0); is_digit(text, at); ++at) {
      exponent = exponent * 10 + (text[at] - '0');
      if (exponent > 400) return ParseError{sign, "expected an exponent of at most 400"};
    }
    number.exponent += has_sign && text[sign] == '-' ? -exponent : exponent;
  }
  if (number.digits == 0) number.exponent = 0;
  number.length = at;
  return number;
}

struct Measure {
  Decimal number;
  Unit unit;
};

// A number and one of the notation's units, and nothing else.
Parsed<Measure> read_measure(std::string_view text, const Notation& notation) {
  const Parsed<Decimal> number = read_decimal(text, notation);
  if (!number) return number.error();
  const std::string_view name = text.substr(number->length);
  for (const Unit& unit : notation.units) {
    if (unit.name == name) return Measure{*number, unit};
  }
  return expected(number->length, notation.expected_unit, name);
}

// A number and what follows it up to the next one, as in "5m30s".
std::string_view first_term(std::string_view text) {
  const Parsed<Decimal> number = read_decimal(text, durations);
  if (!number) return text;
  std::size_t end = number->length;
  while (end < text.size() && !is_digit(text, end)) ++end;
  return text.substr(0, end);
}

// digits * multiple * 10^exponent as a double: correctly rounded where the multiple is 1.
Parsed<double> as_double(const Measure& measure) {
  const std::string text = std::to_string(measure.number.digits) + 'e' +
                           std::to_string(measure.number.exponent + measure.unit.power);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  value *= static_cast<double>(measure.unit.multiple);
  if (error != std::errc() || !(value <= std::numeric_limits<double>::max())) {
    return ParseError{0, "expected a number within the range of a double"};
  }
  return value;
}

struct Whole {
  std::int64_t value;
  bool exact;  // otherwise rounded to the nearest, halves up
};

// The same as an integer; none when it is out of range.
std::optional<Whole> as_whole(const Measure& measure) {
  uint128 value = static_cast<uint128>(measure.number.digits) * measure.unit.multiple;
  int power = measure.number.exponent + measure.unit.power;
  constexpr auto limit = static_cast<uint128>(std::numeric_limits<std::int64_t>::max());
  for (; power > 0 && value <= limit && value > 0; --power) value *= 10;
  unsigned last = 0;
  bool exact = true;
  for (; power < 0 && (value > 0 || last > 0); ++power) {
    last = static_cast<unsigned>(value % 10);
    exact = exact && last == 0;
    value /= 10;
  }
  if (last >= 5) ++value;
  if (value > limit) return std::nullopt;
  return Whole{static_cast<std::int64_t>(value), exact};
}

Parsed<std::int64_t> parse_whole(std::string_view text, const Notation& notation,
                                 const char* whole) {
  const Parsed<Measure> measure = read_measure(text, notation);
  if (!measure) return measure.error();
  const std::optional<Whole> result = as_whole(*measure);
  if (!result) return expected(0, std::string(whole) + " of at most 2^63 - 1", text);
  if (!result->exact) return expected(0, whole, text);
  return result->value;
}

Parsed<double> parse_real(std::string_view text, const Notation& notation) {
  const Parsed<Measure> measure = read_measure(text, notation);
  if (!measure) return measure.error();
  return as_double(*measure);
}

const Notation& notation_of(Quantity quantity) {
  switch (quantity) {
    case Quantity::duration:
      return durations;
    case Quantity::bytes:
      return byte_sizes;
    case Quantity::plain:
      break;
  }
  return plains;
}

}  // namespace

Parsed<Duration> parse_duration(std::string_view text) {
  constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max();
  std::int64_t sum = 0;
  std::int64_t unit_before = limit;
  std::size_t at = 0;
  do {
    const std::string_view term = first_term(text.substr(at));
    const Parsed<Measure> measure = read_measure(term, durations);
    if (!measure) return ParseError{at + measure.error().position, measure.error().message};
    const std::int64_t unit = as_whole({.number = {.digits = 1}, .unit = measure->unit})->value;
    if (unit >= unit_before) return expected(at, "a smaller unit than the one before", term);
    const std::optional<Whole> whole = as_whole(*measure);
    if (!whole || whole->value > limit - sum) {
      return expected(0, "a duration below 292 years", text);
    }
    sum += whole->value;
    unit_before = unit;
    at += term.size();
  } while (at < text.size());
  return Duration{sum};
}

Parsed<std::int64_t> parse_bytes(std::string_view text) {
  return parse_whole(text, byte_sizes, "a whole number of bytes");
}

Parsed<std::int64_t> parse_count(std::string_view text) {
  return parse_whole(text, counts, "a whole number");
}

Parsed<double> parse_rate(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    const Parsed<Measure> count = read_measure(text, rates);
    if (!count) return count.error();
    return expected(text.size(), "\"/s\", \"/m\", \"/min\", \"/h\" or \"/d\"", "");
  }
  const Parsed<double> count = parse_real(text.substr(0, slash), rates);
  if (!count) return count.error();
  const std::string_view per = text.substr(slash + 1);
  if (per == "s") return *count;
  if (per == "m" || per == "min") return *count / 60;
  if (per == "h") return *count / 3600;
  if (per == "d") return *count / 86400;
  return expected(slash + 1, "s, m, min, h or d", per);
}

Parsed<double> parse_bandwidth(std::string_view text) { return parse_real(text, bandwidths); }

Parsed<double> parse_ratio(std::string_view text) {
  const Parsed<double> ratio = parse_real(text, ratios);
  if (ratio && *ratio > 1) return expected(0, "a ratio from 0 to 1 (0% to 100%)", text);
  return ratio;
}

Parsed<double> parse_number(std::string_view text) { return parse_real(text, plains); }

Parsed<double> parse_quantity(std::string_view text, Quantity quantity) {
  return parse_real(text, notation_of(quantity));
}

}  // namespace faultline::sim
