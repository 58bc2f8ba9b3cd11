#include "analysis/maps/stability_text.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "analysis/format.h"
#include "sim/units.h"

namespace faultline::analysis {
namespace {

std::string seconds_label(sim::Duration duration) {
  return fmt::format("{:.3g} s", duration.seconds());
}

// The loads below the cells, as many as have room.
std::string load_labels(const std::vector<double>& loads) {
  constexpr std::size_t every = 5;  // cells of two columns
  std::string line;
  for (std::size_t i = 0; i < loads.size(); i += every) {
    line += std::string(2 * i + 1 - std::min(2 * i + 1, line.size()), ' ');
    line += fmt::format("{:.3g}", loads[i]);
  }
  return line;
}

std::string legend(const StabilityMap& map) {
  std::string text;
  for (const StabilityLook& look : stability_looks) {
    const auto cells = std::count_if(map.cells.begin(), map.cells.end(), [&](const auto& cell) {
      return cell.stability == look.stability;
    });
    text += fmt::format("  {}  {:<14}  {:>5}  {}\n", look.sign, look.name, cells, look.meaning);
  }
  return text;
}

}  // namespace

const std::array<StabilityLook, 4> stability_looks = {{
    {Stability::stable, '.', "stable", "goodput fell by less than a tenth over any ten windows",
     "#56B4E9"},
    {Stability::recovers, 'o', "recovers",
     "it fell further, and was back over the last third of the run", "#F0E442"},
    {Stability::never_recovers, 'x', "never-recovers",
     "over the last third, a tenth or more was still missing", "#D55E00"},
    {Stability::overloaded, '#', "overloaded",
     "without a trigger, less than 90 % of the load is served", "#999999"},
}};

std::string stability_happening(const StabilityMap& map) {
  return fmt::format("{} at {}", map.trigger, clock(map.at));
}

std::string stability_text(const StabilityMap& map) {
  std::string text = fmt::format("{}   seed {}   {} x {} runs of {}   {}\n\n", map.scenario,
                                 map.seed, map.loads.size(), map.triggers.size(),
                                 sim::format_duration(map.duration), stability_happening(map));
  std::size_t width = 0;
  for (const sim::Duration trigger : map.triggers) {
    width = std::max(width, seconds_label(trigger).size());
  }
  for (std::size_t row = map.triggers.size(); row-- > 0;) {
    text += fmt::format("  {:>{}} |", seconds_label(map.triggers[row]), width);
    for (std::size_t column = 0; column < map.loads.size(); ++column) {
      text += ' ';
      text += look_of(map.cell(column, row).stability).sign;
    }
    text += '\n';
  }
  text += fmt::format("  {:{}} +{:-<{}}\n", "", width, "", 2 * map.loads.size());
  text += fmt::format("  {:{}}  {}\n\n", "", width, load_labels(map.loads));
  text += wrapped(
      "Upwards how long the trigger lasts, to the right the load, as a factor on every "
      "arrival rate.",
      98, 2);
  if (!map.not_multiplied.empty()) {
    text += wrapped(
        fmt::format("The load of {} stays as it is.", fmt::join(map.not_multiplied, ", ")), 98, 2);
  }
  return text + "\n" + legend(map);
}

void write_stability_csv(const StabilityMap& map, std::ostream& out) {
  out << "load,trigger_s,verdict,goodput_before_per_s,goodput_last_third_per_s,ratio\n";
  for (std::size_t row = 0; row < map.triggers.size(); ++row) {
    for (std::size_t column = 0; column < map.loads.size(); ++column) {
      const StabilityMap::Cell& cell = map.cell(column, row);
      fmt::print(out, "{:.9g},{:.9g},{},{:.9g},{:.9g},", map.loads[column],
                 map.triggers[row].seconds(), look_of(cell.stability).name, cell.before_per_s,
                 cell.last_per_s);
      if (cell.ratio) fmt::print(out, "{:.9g}", *cell.ratio);
      out << '\n';
    }
  }
}

}  // namespace faultline::analysis
