#include "analysis/html/sweep_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

#include "analysis/html/page.h"
#include "analysis/html/sweep_charts.h"
#include "analysis/sweep/sweep_pictures.h"
#include "analysis/sweep/sweep_text.h"

namespace faultline::analysis::html {

void write_sweep_page(const std::string& scenario, const SweepPlan& plan, const Sweep& sweep,
                      const std::string& command, std::ostream& out) {
  const auto names = names_of(plan.variations);
  Page page(
      scenario, fmt::format("A sweep over {}.", fmt::join(names, " and ")),
      {fmt::format("{} {}", plan.points.size(), plan.points.size() == 1 ? "point" : "points"),
       fmt::format("{} {} each, under the same seeds", plan.runs, plan.runs == 1 ? "run" : "runs"),
       fmt::format("first seed {}", plan.first_seed)});
  if (sweep.interrupted) page.notice("Interrupted: what follows is of the runs that had ended.");
  if (plan.shard.count > 1) {
    page.notice(fmt::format("Shard {} of {}: the other runs are not here.", plan.shard.number,
                            plan.shard.count));
  }
  for (const std::string& what : sweep.cut_short) {
    page.notice("Not counted, cut short: " + what);
  }
  const bool curves = plan.variations.size() == 1;
  const auto charts = charts_of_sweep(plan, sweep);
  const auto pictures = charts.empty() ? pictures_of(plan) : std::vector<SweepPicture>();
  if (!charts.empty() || !pictures.empty()) page.section(curves ? "Curves" : "Maps");
  if (!charts.empty()) page.paragraph(how_to_look);
  for (const Chart& chart : charts) page.chart(chart);
  for (const SweepPicture& picture : pictures) {
    std::ostringstream svg;
    write_sweep_svg(scenario, plan, sweep, picture, svg);
    page.picture(curves ? fmt::format("{} over {}; the bands are 95 % intervals of the means",
                                      picture.name, names.front())
                        : fmt::format("{} over {} and {}", picture.name, names[0], names[1]),
                 svg.str());
  }
  page.section("All points");
  page.table("Means over the runs; +/-: half the width of a 95 % interval (Student's t)",
             sweep_table(plan, sweep));
  page.section("Reproduce");
  page.reproduction(command, "");
  page.write(out);
}

}  // namespace faultline::analysis::html
