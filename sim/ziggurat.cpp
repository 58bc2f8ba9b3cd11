#include "sim/ziggurat.h"

#include "sim/elementary.h"

namespace faultline::sim::ziggurat_detail {
namespace {

// Where the tail begins, and the area of each of the 256 layers (the base with its tail included):
// the solution of "256 equal layers reach exactly up to the density's peak", to 40 digits.
constexpr double exponential_tail_start = 7.69711747013104971404462804801521529;
constexpr double exponential_area = 0.00394965982258155721997757195681486181;
constexpr double normal_tail_start = 3.65415288536100877164542972039951559700;
constexpr double normal_area = 0.00492867323397465534736177540233603086;

constexpr double exponential_density(double x) { return exp(-x); }
constexpr double exponential_density_inverse(double y) { return -log(y); }

// Unscaled: 1 at its peak.
constexpr double normal_density(double x) { return exp(-0.5 * x * x); }
constexpr double normal_density_inverse(double y) {
  const double square = -2 * log(y);
  const double root = exp(0.5 * log(square));
  return 0.5 * (root + square / root);
}

constexpr Table make_table(double tail_start, double area, double (*density)(double),
                           double (*inverse)(double)) {
  Table table{};
  table.edge[0] = area / density(tail_start);
  table.edge[1] = tail_start;
  table.height[0] = 0;
  table.height[1] = density(tail_start);
  for (std::size_t i = 1; i < 255; ++i) {
    table.height[i + 1] = table.height[i] + area / table.edge[i];
    table.edge[i + 1] = inverse(table.height[i + 1]);
  }
  table.height[256] = 1;
  table.edge[256] = 0;
  return table;
}

// How far the top layer's area is from the others', relative: it closes only if all are right.
constexpr double misfit(const Table& table, double area) {
  const double difference = (table.height[256] - table.height[255]) * table.edge[255] / area - 1;
  return difference < 0 ? -difference : difference;
}

}  // namespace

constexpr Table exponential_table = make_table(exponential_tail_start, exponential_area,
                                               exponential_density, exponential_density_inverse);
constexpr Table normal_table =
    make_table(normal_tail_start, normal_area, normal_density, normal_density_inverse);

static_assert(misfit(exponential_table, exponential_area) < 1e-10);
static_assert(misfit(normal_table, normal_area) < 1e-10);

// The tail of an exponential is an exponential again, further out.
double exponential_edge(Draw& draw, unsigned layer, double x) {
  if (layer == 0) return exponential_tail_start + standard_exponential(draw);
  const double low = exponential_table.height[layer];
  const double y = low + draw.uniform() * (exponential_table.height[layer + 1] - low);
  return y < exponential_density(x) ? x : standard_exponential(draw);
}

// The tail is Marsaglia's (Technometrics 6, 1964): exponential steps, kept with probability
// exp(-step^2 / 2).
double normal_edge(Draw& draw, std::uint64_t bits, double x) {
  const unsigned layer = bits & 0xff;
  if (layer == 0) {
    for (;;) {
      const double step = standard_exponential(draw) / normal_tail_start;
      const double y = standard_exponential(draw);
      if (2 * y > step * step) return with_sign(normal_tail_start + step, bits);
    }
  }
  const double low = normal_table.height[layer];
  const double y = low + draw.uniform() * (normal_table.height[layer + 1] - low);
  return y < normal_density(x) ? with_sign(x, bits) : standard_normal(draw);
}

}  // namespace faultline::sim::ziggurat_detail
