// Ziggurat samplers of the two laws that most others are made of: the exponential with mean 1 and
// the standard normal.
//
// Method   Marsaglia and Tsang, "The ziggurat method for generating random variables", J. Stat.
//          Softw. 5 (2000), 256 layers; the layer, the sign and the 52-bit position come from
//          separate bits of one 64-bit number (Doornik 2005 shows why they must)
// Tables   computed at compile time by our own log and exp: the same bits everywhere
// Cost     one number from the generator in 98.9 % of draws
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "sim/draw.h"

namespace faultline::sim {

namespace ziggurat_detail {

// Layer i > 0 is the rectangle [0, edge[i]] x [height[i], height[i + 1]]; layer 0 is the strip
// below height[1] with the tail beyond edge[1], and edge[0] its area over height[1].
struct Table {
  std::array<double, 257> edge;
  std::array<double, 257> height;
};

extern const Table exponential_table;
extern const Table normal_table;

double exponential_edge(Draw& draw, unsigned layer, double x);
double normal_edge(Draw& draw, std::uint64_t bits, double x);

constexpr double position(std::uint64_t bits) {
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1.0p-52;
}

constexpr double with_sign(double x, std::uint64_t bits) {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) | (bits & 0x100) << 55);
}

}  // namespace ziggurat_detail

inline double standard_exponential(Draw& draw) {
  const std::uint64_t bits = draw.bits();
  const unsigned layer = bits & 0xff;
  const double x = ziggurat_detail::position(bits) * ziggurat_detail::exponential_table.edge[layer];
  if (x < ziggurat_detail::exponential_table.edge[layer + 1]) [[likely]]
    return x;
  return ziggurat_detail::exponential_edge(draw, layer, x);
}

inline double standard_normal(Draw& draw) {
  const std::uint64_t bits = draw.bits();
  const unsigned layer = bits & 0xff;
  const double x = ziggurat_detail::position(bits) * ziggurat_detail::normal_table.edge[layer];
  if (x < ziggurat_detail::normal_table.edge[layer + 1]) [[likely]] {
    return ziggurat_detail::with_sign(x, bits);
  }
  return ziggurat_detail::normal_edge(draw, bits, x);
}

}  // namespace faultline::sim
