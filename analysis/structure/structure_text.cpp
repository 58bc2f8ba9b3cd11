// An examined structure as text that a person reads from the top down.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "analysis/format.h"
#include "analysis/structure/structure.h"
#include "analysis/table.h"

namespace faultline::analysis {
namespace {

constexpr std::size_t shown_paths = 4;

std::string joined(const std::vector<std::string>& names) {
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

std::string milliseconds_of(double seconds) { return milliseconds(seconds * 1000); }

std::string paragraph(const std::string& text) { return wrapped(text, 100, 2); }

std::string group_text(const ReplicaGroup& group) {
  const std::string role = group.role.empty() ? "" : " " + group.role;
  if (group.members.size() == 1) return group.component + (group.role == "node" ? "" : role);
  if (group.role == "node") {
    return fmt::format("{} (each of {}, for its keys)", group.component, group.members.size());
  }
  return fmt::format("{}{} ({} of {})", group.component, role, group.needed, group.members.size());
}

std::string names_of(const std::vector<ReplicaKey>& replicas) {
  std::vector<std::string> names;
  for (const ReplicaKey& replica : replicas) names.push_back(name_of(replica));
  return joined(names);
}

std::string calls_text(const Dependencies& dependencies) {
  Table table({{"caller", Align::left},
               {"asks for", Align::left},
               {"by", Align::right},
               {"an answer needs it", Align::left}});
  for (const CallLine& call : dependencies.calls) {
    const std::string needed = call.needed   ? "yes"
                               : call.waited ? "no, but waits for it"
                                             : "no, it goes on beside";
    table.add({call.caller, call.what, percent(call.share, 1), needed});
  }
  return table.text(2);
}

std::string single_points_text(const Dependencies& dependencies) {
  std::string text;
  for (const KindOfRequest& kind : dependencies.kinds) {
    std::vector<std::string> passes;
    for (const ReplicaGroup& group : kind.passes) passes.push_back(group_text(group));
    text += fmt::format("  {}\n", name_of(kind));
    text += fmt::format("    every way passes    {}\n", joined(passes));
    text += fmt::format("    single replicas     {}\n", names_of(kind.single_replicas));
    if (dependencies.zones > 1) {
      text += fmt::format("    single zones        {}\n", joined(kind.single_zones));
      text += fmt::format("    single regions      {}\n", joined(kind.single_regions));
    }
    if (kind.fewest_replicas.size() > 1) {
      text += fmt::format("    cut off by          {} replicas at least: {}\n",
                          kind.fewest_replicas.size(), names_of(kind.fewest_replicas));
    }
    if (!kind.fewest_zones.empty() && kind.fewest_zones.front().size() > 1) {
      std::vector<std::string> sets;
      for (const auto& set : kind.fewest_zones)
        sets.push_back(fmt::format("{}", fmt::join(set, " + ")));
      text += fmt::format("    cut off by zones    {}\n", fmt::join(sets, ", or "));
    }
    std::vector<std::string> some;
    for (const auto& [name, share] : kind.needed_by_some) {
      some.push_back(fmt::format("{} ({})", name, percent(share, 1)));
    }
    if (!some.empty()) text += fmt::format("    needed by some      {}\n", joined(some));
  }
  if (!dependencies.not_needed.empty()) {
    text += paragraph("No answer needs " + joined(dependencies.not_needed) + ".");
  }
  return text;
}

std::string paths_text(const std::vector<CriticalPath>& paths) {
  std::string text;
  for (std::size_t i = 0; i < std::min(paths.size(), shown_paths); ++i) {
    const CriticalPath& path = paths[i];
    text +=
        fmt::format("  {} {}: {}\n", path.workload, path.endpoint, milliseconds_of(path.seconds));
    Table table({{"at", Align::left},
                 {"does", Align::left},
                 {"mean", Align::right},
                 {"by", Align::right},
                 {"of the whole", Align::right}});
    for (const PathStep& step : path.steps) {
      table.add({std::string(2 * step.depth, ' ') + step.at, step.what,
                 milliseconds_of(step.seconds), percent(step.share, 1),
                 percent(path.seconds > 0 ? step.seconds * step.share / path.seconds : 0, 1)});
    }
    text += table.text(4);
  }
  if (paths.size() > shown_paths) {
    text += fmt::format("  and {} shorter ones\n", paths.size() - shown_paths);
  }
  return text;
}

std::string rates_text(const Structure& structure) {
  std::string text;
  for (const WorkloadRate& rate : structure.traffic.workloads) {
    text += fmt::format("  {}: {}/s{}{}\n", rate.workload, number(rate.mean_per_s),
                        rate.bound ? " at most, as its users wait for answers" : "",
                        rate.peak_per_s > rate.mean_per_s * 1.001
                            ? fmt::format(", {}/s at the peak", number(rate.peak_per_s))
                            : "");
  }
  for (const auto& [cache, ratio] : structure.hit_ratios) {
    const auto measured = structure.measured_hit_ratios.find(cache);
    text += fmt::format("  {} is taken to hit {}{}\n", cache, percent(ratio, 1),
                        measured == structure.measured_hit_ratios.end()
                            ? ""
                            : fmt::format(" (in a run {})", percent(measured->second, 1)));
  }
  return text;
}

std::string size_text(const StationLoad& station) {
  if (!station.workers) return "no limit";
  return fmt::format("{} x {}{}", station.replicas, *station.workers,
                     station.scaled ? ", scaled" : "");
}

std::string stations_text(const Structure& structure) {
  Table table({{"station", Align::left},
               {"asked/s", Align::right},
               {"work", Align::right},
               {"workers", Align::right},
               {"busy", Align::right},
               {"at the peak", Align::right},
               {"full at", Align::right}});
  for (const StationLoad& station : structure.traffic.stations) {
    const auto busy = station.utilisation();
    std::optional<double> peak;
    if (busy) peak = *busy * station.peak_factor;
    // A held worker also waits in the lines of others, which no equation here knows.
    const bool bound = station.waits && busy;
    const std::string full = busy && *busy > 0
                                 ? fmt::format("{}{:.2f} x, {:.1f}/s", bound ? "at most " : "",
                                               1 / *busy, structure.traffic.mean_per_s / *busy)
                                 : "-";
    table.add({station.name, number(station.asks_per_s), fmt::format("{:.2f}", station.work),
               size_text(station), (bound ? "at least " : "") + percent(busy, 1), percent(peak, 1),
               full});
  }
  return table.text(2);
}

std::string bottleneck_text(const Structure& structure) {
  const StationLoad* first = structure.traffic.bottleneck();
  if (first == nullptr) return "  No station has a limit that this load could reach.\n";
  const double busy = *first->utilisation();
  const double factor = 1 / busy;
  const double peak = busy * first->peak_factor;
  std::string text = fmt::format(
      "{} fills up first, at {:.2f} times today's load: {:.1f} requests a second of all workloads, "
      "against {:.1f} now.",
      first->name, factor, structure.traffic.mean_per_s * factor, structure.traffic.mean_per_s);
  if (busy >= 1) text += " It is asked for more than it can do: its queue grows without end.";
  if (busy < 1 && peak >= 1) text += " At the peak it is asked for more than it can do.";
  return paragraph(text);
}

std::string downtime_text(double availability) {
  const AllowedDowntime allowed = allowed_downtime(availability);
  return fmt::format("{} a day, {} a month, {} a year", long_time(allowed.day_s),
                     long_time(allowed.month_s), long_time(allowed.year_s));
}

std::string availability_text(const Availability& availability) {
  if (availability.targets.empty()) {
    return paragraph(
        "The scenario states no MTBF and MTTR (section `faults`) of anything that goes down: by "
        "the "
        "equations nothing ever fails.");
  }
  std::string text;
  std::map<std::string, std::pair<const FailingTarget*, std::size_t>> by_label;
  for (const FailingTarget& target : availability.targets) {
    auto& entry = by_label[target.label];
    if (entry.first == nullptr) entry.first = &target;
    ++entry.second;
  }
  for (const auto& [label, entry] : by_label) {
    const FailingTarget& one = *entry.first;
    text +=
        fmt::format("  {}: {}, up for {} between repairs of {}: {}{}\n", label,
                    entry.second == 1 ? one.target
                                      : fmt::format("{} targets like {}", entry.second, one.target),
                    long_time(one.up_s), long_time(one.down_s), percent(one.availability(), 3),
                    entry.second == 1 ? "" : " each");
  }
  const auto add = [&](const std::string& whose, double all, double carrying, bool at_most) {
    text += fmt::format("  {}: {}{}; down {}\n", whose, at_most ? "at most " : "", percent(all, 4),
                        downtime_text(all));
    if (carrying < all) {
      text += fmt::format("    with replicas enough for the mean load: {}; short {} a year\n",
                          percent(carrying, 4), long_time(allowed_downtime(carrying).year_s));
    }
  };
  for (const KindAvailability& kind : availability.kinds) {
    add(kind.workload + " " + kind.endpoint, kind.availability, kind.carrying, kind.upper_bound);
  }
  if (availability.of_users && availability.kinds.size() > 1) {
    add("all users", *availability.of_users, *availability.of_users_carrying, false);
  }
  std::string held;
  if (!availability.never_fail.empty()) {
    held +=
        "Without a stated fault, and so never failing: " + joined(availability.never_fail) + ". ";
  }
  if (!availability.not_counted.empty()) {
    held += "Not counted, as they take nothing down: " + joined(availability.not_counted) + ". ";
  }
  return held.empty() ? text : text + paragraph(held);
}

std::string wait_text(const std::optional<Wait>& wait) {
  if (!wait) return "-";
  return milliseconds_of(wait->mean_s);
}

std::string quantile_text(const std::optional<Wait>& wait, std::optional<double> Wait::*which) {
  if (!wait || !((*wait).*which)) return "-";
  return milliseconds_of(*((*wait).*which));
}

std::string predictions_text(const Structure& structure) {
  Table table({{"station", Align::left},
               {"as", Align::left},
               {"mean", Align::right},
               {"p95", Align::right},
               {"p99", Align::right},
               {"run: mean", Align::right},
               {"p95", Align::right},
               {"p99", Align::right}});
  std::string notes;
  for (const Prediction& prediction : structure.predictions) {
    const std::string model = prediction.model.empty() ? "no formula"
                              : prediction.exact       ? prediction.model
                                                       : prediction.model + ", about";
    table.add({prediction.station, model, wait_text(prediction.predicted),
               quantile_text(prediction.predicted, &Wait::p95_s),
               quantile_text(prediction.predicted, &Wait::p99_s), wait_text(prediction.simulated),
               quantile_text(prediction.simulated, &Wait::p95_s),
               quantile_text(prediction.simulated, &Wait::p99_s)});
    if (prediction.sojourn) notes += paragraph(prediction.station + ": time in it, not the wait.");
    if (prediction.lost) {
      notes += paragraph(fmt::format("{}: {} of arrivals find no room.", prediction.station,
                                     percent(prediction.lost, 2)));
    }
    if (prediction.throughput_per_s) {
      notes += paragraph(fmt::format("{}: {:.1f} requests a second come of its users.",
                                     prediction.station, *prediction.throughput_per_s));
    }
    if (!prediction.failing.empty()) {
      notes += paragraph(
          fmt::format("{}: {}.", prediction.station, fmt::join(prediction.failing, "; ")));
    }
  }
  if (structure.predictions.empty()) return "  No service or database has work for its workers.\n";
  return table.text(2) + notes;
}

}  // namespace

std::string structure_text(const Structure& structure) {
  std::string text =
      fmt::format("{}   by its equations\n{}\n", structure.scenario, structure.about);
  text += "\nWho asks whom\n" + calls_text(structure.dependencies);
  text += "\nWhat an answer needs\n" + single_points_text(structure.dependencies);
  text += "\nWhere the time goes, nothing waiting\n" + paths_text(structure.paths);
  text += "\nLoad\n" + rates_text(structure) + stations_text(structure);
  text += "\nBottleneck\n" + bottleneck_text(structure);
  text += "\nAvailability\n" + availability_text(structure.availability);
  text += structure.run ? "\nWaits for a worker, by theory and in an undisturbed run\n"
                        : "\nWaits for a worker, by theory\n";
  text += predictions_text(structure);
  if (structure.risk) text += "\nRisk, one failure at a time\n" + risk_text(*structure.risk);
  if (!structure.left_out.empty()) {
    text += "\nLeft out\n";
    for (const std::string& what : structure.left_out) text += paragraph(what);
  }
  return text;
}

}  // namespace faultline::analysis
