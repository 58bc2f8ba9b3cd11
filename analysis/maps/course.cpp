#include "analysis/maps/course.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/run.h"
#include "analysis/window_figures.h"

namespace faultline::analysis {

Served& Served::operator+=(const Served& other) {
  offered += other.offered;
  good += other.good;
  seconds += other.seconds;
  return *this;
}

WindowRange windows_between(sim::Time from, sim::Time to, sim::Duration window) {
  return {.first = static_cast<std::size_t>((from.ns + window.ns - 1) / window.ns),
          .end = static_cast<std::size_t>(to.ns / window.ns)};
}

Served Course::between(sim::Time from, sim::Time to) const {
  const WindowRange range = windows_between(from, to, window);
  Served sum;
  for (std::size_t i = range.first; i < std::min(range.end, windows.size()); ++i) {
    sum += windows[i];
  }
  return sum;
}

std::optional<Course> course_of(const scenarios::Scenario& scenario, std::uint64_t seed,
                                const std::atomic<bool>* interrupt) {
  Course course{.window = scenario.run.window, .windows = {}};
  RunOptions options;
  options.seed = seed;
  options.interrupt = interrupt;
  options.on_value = [&](sim::Time begin, sim::Time end, std::string_view subject,
                         std::string_view metric, std::optional<double> value) {
    const bool offered = metric == "offered_per_s";
    if (subject != all_users || (!offered && metric != "goodput_per_s")) return;
    const auto window = static_cast<std::size_t>(begin.ns / scenario.run.window.ns);
    if (window >= course.windows.size()) course.windows.resize(window + 1);
    Served& served = course.windows[window];
    served.seconds = (end - begin).seconds();
    (offered ? served.offered : served.good) = value.value_or(0) * served.seconds;
  };
  const Run run = analysis::run(scenario, options);
  if (run.result.stop == sim::Stop::interrupted) return std::nullopt;
  if (run.result.stop != sim::Stop::reached) {
    throw CutShort(fmt::format("{} at {:.3f} s", run.result.json["ended"].get<std::string>(),
                               run.recorder->end().seconds()));
  }
  return course;
}

}  // namespace faultline::analysis
