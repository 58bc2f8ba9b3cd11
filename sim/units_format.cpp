// Writing quantities: the shortest text that reads back to the same value.
#include <array>
#include <charconv>

#include "sim/units.h"

namespace faultline::sim {
namespace {

struct Scale {
  const char* unit;
  double size;
};

constexpr std::array duration_scales{Scale{"s", 1e9}, Scale{"ms", 1e6}, Scale{"us", 1e3}};
constexpr std::array byte_scales{Scale{"GiB", 0x1p30}, Scale{"GB", 1e9},     Scale{"MiB", 0x1p20},
                                 Scale{"MB", 1e6},     Scale{"KiB", 0x1p10}, Scale{"KB", 1e3}};

std::string shortest(double value) {
  std::array<char, 32> buffer;
  char* const last = buffer.data() + buffer.size();
  // A large number written out has more digits than it means, and than the reader takes.
  const bool large = value >= 1e17;
  const auto result = large
                          ? std::to_chars(buffer.data(), last, value, std::chars_format::scientific)
                          : std::to_chars(buffer.data(), last, value);
  return {buffer.data(), result.ptr};
}

// The first (largest) unit in which the value is at least 1 and loses nothing.
template <std::size_t n>
std::string format(double value, Quantity quantity, const std::array<Scale, n>& scales,
                   const char* base_unit) {
  std::string best = shortest(value) + base_unit;
  bool found = false;
  for (const Scale& scale : scales) {
    if (found || value < scale.size) continue;
    const std::string text = shortest(value / scale.size) + scale.unit;
    const Parsed<double> back = parse_quantity(text, quantity);
    found = back && *back == value && text.size() <= best.size();
    if (found) best = text;
  }
  return best;
}

}  // namespace

std::string format_quantity(double value, Quantity quantity) {
  switch (quantity) {
    case Quantity::duration:
      return format(value, quantity, duration_scales, "ns");
    case Quantity::bytes:
      return format(value, quantity, byte_scales, "B");
    case Quantity::plain:
      break;
  }
  return shortest(value);
}

std::string format_duration(Duration duration) {
  if (duration.ns < 0) return '-' + format_duration({-duration.ns});
  if (duration.ns == 0) return "0s";
  // Beyond 2^53 ns a double would round: seconds and the rest are written apart.
  constexpr std::int64_t per_s = 1'000'000'000;
  if (duration.ns < (std::int64_t{1} << 53)) {
    return format_quantity(static_cast<double>(duration.ns), Quantity::duration);
  }
  std::string text = std::to_string(duration.ns / per_s);
  std::string rest = std::to_string(per_s + duration.ns % per_s).substr(1);
  while (!rest.empty() && rest.back() == '0') rest.pop_back();
  if (!rest.empty()) text += '.' + rest;
  return text + 's';
}

}  // namespace faultline::sim
