#include "cli/map_options.h"

#include "cli/option_reader.h"
#include "sim/units.h"

namespace faultline::cli {
namespace {

constexpr std::uint64_t most_cells = 10'000;
constexpr std::uint64_t most_steps = 1'000;
constexpr double most_load = 1000;

class MapReader : public OptionReader {
 public:
  using OptionReader::OptionReader;

  // COLUMNSxROWS.
  struct Cells {
    std::uint64_t columns = 20;
    std::uint64_t rows = 20;
  };
  Cells cells(const std::optional<std::string>& text) {
    if (!text) return {};
    const std::size_t x = text->find('x');
    const auto columns = whole_number(std::string_view(*text).substr(0, x));
    const auto rows =
        x == std::string::npos ? std::nullopt : whole_number(std::string_view(*text).substr(x + 1));
    const bool right = columns && rows && *columns >= 1 && *rows >= 1 && *columns <= most_cells &&
                       *rows <= most_cells && *columns * *rows <= most_cells;
    if (right) return {.columns = *columns, .rows = *rows};
    refuse("--cells",
           "COLUMNSxROWS, such as 20x20, each at least 1 and " + std::to_string(most_cells) +
               " cells at most",
           text);
    return {};
  }

  // `count` values from A to B, both included, or the one value that was said. `parse` reads one,
  // as a number in which to divide; nullopt: it is wrong.
  template <class Parse>
  std::vector<double> axis(std::string_view option, const std::optional<std::string>& text,
                           std::uint64_t count, std::string_view expected, Parse parse) {
    const auto range = text ? ends(*text, parse) : std::nullopt;
    if (!range) {
      refuse(option, expected, text);
      return {};
    }
    const auto [from, to] = *range;
    if (from == to) return {from};
    if (count == 1) {
      refuse(option, "a single value where there is one cell or step", text);
      return {};
    }
    std::vector<double> values;
    for (std::uint64_t i = 0; i < count; ++i) {
      const double part = static_cast<double>(i) / static_cast<double>(count - 1);
      values.push_back(from * (1 - part) + to * part);
    }
    return values;
  }

 private:
  // A..B with A < B, or A alone.
  template <class Parse>
  static std::optional<std::pair<double, double>> ends(std::string_view text, Parse parse) {
    const std::size_t dots = text.find("..");
    const std::optional<double> from = parse(text.substr(0, dots));
    if (!from) return std::nullopt;
    if (dots == std::string_view::npos) return std::pair{*from, *from};
    const std::optional<double> to = parse(text.substr(dots + 2));
    if (!to || *from >= *to) return std::nullopt;
    return std::pair{*from, *to};
  }
};

std::optional<double> load_of(std::string_view text) {
  const auto value = sim::parse_number(text);
  if (!value || *value <= 0 || *value > most_load) return std::nullopt;
  return *value;
}

std::optional<double> nanoseconds_of(std::string_view text) {
  const auto value = sim::parse_duration(text);
  return value ? std::optional(static_cast<double>(value->ns)) : std::nullopt;
}

// Options of the one kind of map do not go with the other.
void check_kind(const MapArguments& arguments, MapReader& reader) {
  if (!arguments.hysteresis) {
    if (arguments.steps) reader.refuse("--steps", "it together with --hysteresis", arguments.steps);
    return;
  }
  const auto refuse = [&](std::string_view option, const std::optional<std::string>& text) {
    if (text) reader.refuse(option, "no such option together with --hysteresis", text);
  };
  refuse("--trigger", arguments.trigger);
  refuse("--cells", arguments.cells);
  refuse("--jobs", arguments.jobs);
  refuse("--csv", arguments.csv);
  refuse("--svg", arguments.svg);
}

}  // namespace

MapOptions read_map_options(const MapArguments& arguments, scenarios::Problems& problems) {
  MapReader reader(problems);
  check_kind(arguments, reader);
  const bool is_map = !arguments.hysteresis;
  const MapReader::Cells cells = reader.cells(is_map ? arguments.cells : std::nullopt);
  const std::uint64_t steps =
      reader.count("--steps", is_map ? std::nullopt : arguments.steps, 2, most_steps).value_or(15);
  MapOptions options;
  options.loads =
      reader.axis("--load", arguments.load, is_map ? cells.columns : steps,
                  "A..B, such as 0.5..1.2, with 0 < A < B <= 1000, or one such value", load_of);
  if (is_map) {
    const auto triggers = reader.axis(
        "--trigger", arguments.trigger, cells.rows,
        "A..B, such as 0s..10s, durations with A < B, or one such value", nanoseconds_of);
    for (const double ns : triggers) options.triggers.push_back(sim::Duration::from_ns(ns));
    options.jobs = reader.jobs(arguments.jobs);
  }
  options.seed = reader.count("--seed", arguments.seed, 0, UINT64_MAX);
  if (arguments.csv && arguments.csv == arguments.svg) {
    reader.refuse("--svg", "another file than that of --csv", arguments.svg);
  }
  return options;
}

}  // namespace faultline::cli
