#include "analysis/export/open_metrics.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/export/epoch.h"
#include "analysis/world_snapshot.h"
#include "sim/snapshot.h"

namespace faultline::analysis {
namespace {

using SeriesByName = std::map<std::pair<std::string, std::string>, const sim::Series*>;

// All components of one type, or all workloads, or the users as one.
struct SubjectGroup {
  std::string prefix;  // of the names of its families
  std::string label;   // what tells its subjects apart; empty: there is one
  std::vector<std::string> subjects;
  std::vector<sim::Snapshot::Reading> metrics;  // that any of them has
};

void add_metrics(SubjectGroup& group, const sim::Snapshot& snapshot) {
  for (const sim::Snapshot::Reading& reading : snapshot.readings()) {
    const bool known = std::any_of(
        group.metrics.begin(), group.metrics.end(),
        [&](const sim::Snapshot::Reading& m) { return m.metric.name == reading.metric.name; });
    if (!known) group.metrics.push_back(reading);
  }
}

std::vector<SubjectGroup> subject_groups(const models::World& world) {
  SubjectGroup users{"users", "", {std::string(all_users)}, {}};
  sim::Snapshot felt(world.now());
  measure_users(world, felt);
  add_metrics(users, felt);
  std::map<std::string, SubjectGroup> by_prefix;
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    const models::Component& component = world.component(id);
    std::string prefix(component.type());
    std::replace(prefix.begin(), prefix.end(), '-', '_');
    SubjectGroup& group = by_prefix[prefix];
    group.prefix = prefix;
    group.label = prefix == "workload" ? "workload" : "component";
    group.subjects.push_back(component.name());
    add_metrics(group, world.snapshot(id));
  }
  std::vector<SubjectGroup> groups = {std::move(users)};
  for (auto& [prefix, group] : by_prefix) groups.push_back(std::move(group));
  return groups;
}

// How a metric is called and told where times are seconds and a unit ends the name.
struct Naming {
  std::string name;
  std::string unit;  // empty: the standard has none for it
  double factor = 1;
};

Naming naming_of(const sim::Metric& metric) {
  Naming naming{std::string(metric.name), "", 1};
  // The standard keeps this ending for parts of a summary.
  constexpr std::string_view reserved = "_count";
  if (naming.name.ends_with(reserved)) naming.name.resize(naming.name.size() - reserved.size());
  const auto end_with = [&](std::string_view old_end, std::string_view new_end) {
    if (naming.name.ends_with(new_end)) return;
    if (naming.name.ends_with(old_end)) naming.name.resize(naming.name.size() - old_end.size());
    naming.name += new_end;
  };
  if (metric.unit == "ms" || metric.unit == "s") {
    naming.factor = metric.unit == "ms" ? 1e-3 : 1;
    naming.unit = "seconds";
    end_with(metric.unit == "ms" ? "_ms" : "_s", "_seconds");
  } else if (metric.unit == "0..1") {
    naming.unit = "ratio";
    end_with("_ratio", "_ratio");
  } else if (metric.unit == "1/s") {
    end_with("_per_s", "_per_second");
  } else if (metric.unit == "bytes" && naming.name.ends_with("_bytes")) {
    naming.unit = "bytes";
  }
  return naming;
}

std::string escaped_label(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || c == '"') escaped += '\\';
    if (c == '\n') {
      escaped += "\\n";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// Seconds; milliseconds, which is as fine as Prometheus tells times, where that is exact.
std::string stamp_of(sim::Time at) {
  const std::int64_t second = export_epoch_s + at.ns / 1'000'000'000;
  const std::int64_t ns = at.ns % 1'000'000'000;
  return ns % 1'000'000 == 0 ? fmt::format("{}.{:03}", second, ns / 1'000'000)
                             : fmt::format("{}.{:09}", second, ns);
}

class FamilyWriter {
 public:
  FamilyWriter(std::ostream& out, const SeriesByName& series) : out_(out), series_(series) {}

  void write(const SubjectGroup& group, const sim::Snapshot::Reading& reading) {
    const Naming naming = naming_of(reading.metric);
    const std::string family = "faultline_" + group.prefix + "_" + naming.name;
    const std::string metric(reading.metric.name);
    const std::string_view meaning = reading.metric.meaning;
    if (reading.kind == sim::MetricKind::times) return write_times(group, metric, naming, meaning);
    const bool counts = reading.kind == sim::MetricKind::counter;
    head(family, counts ? "counter" : "gauge", naming.unit, meaning);
    for (const std::string& subject : group.subjects) {
      samples(counts ? family + "_total" : family, labels(group, subject), subject, metric,
              naming.factor, counts);
    }
  }

 private:
  void write_times(const SubjectGroup& group, const std::string& metric, const Naming& naming,
                   std::string_view meaning) {
    constexpr std::array<std::pair<const char*, const char*>, 3> quantiles = {
        {{".p50", "0.5"}, {".p95", "0.95"}, {".p99", "0.99"}}};
    const std::string family = "faultline_" + group.prefix + "_" + naming.name;
    head(family, "summary", naming.unit, meaning);
    for (const std::string& subject : group.subjects) {
      for (const auto& [suffix, quantile] : quantiles) {
        samples(family, labels(group, subject, quantile), subject, metric + suffix, naming.factor,
                false);
      }
    }
    const std::string stem = family.substr(0, family.size() - naming.unit.size());
    const std::string mean = stem + "mean_" + naming.unit;
    head(mean, "gauge", naming.unit, fmt::format("{} The mean.", meaning));
    for (const std::string& subject : group.subjects) {
      samples(mean, labels(group, subject), subject, metric + ".mean", naming.factor, false);
    }
  }

  void head(const std::string& family, const char* type, const std::string& unit,
            std::string_view meaning) {
    fmt::print(out_, "# TYPE {} {}\n", family, type);
    if (!unit.empty()) fmt::print(out_, "# UNIT {} {}\n", family, unit);
    fmt::print(out_, "# HELP {} {}\n", family, escaped_label(meaning));
  }

  static std::string labels(const SubjectGroup& group, const std::string& subject,
                            const char* quantile = nullptr) {
    std::string text;
    if (!group.label.empty()) {
      text = fmt::format("{}=\"{}\"", group.label, escaped_label(subject));
    }
    if (quantile != nullptr) {
      text += fmt::format("{}quantile=\"{}\"", text.empty() ? "" : ",", quantile);
    }
    return text.empty() ? text : "{" + text + "}";
  }

  // `adds_up`: each is the sum of the windows until then.
  void samples(const std::string& name, const std::string& labels, const std::string& subject,
               const std::string& metric, double factor, bool adds_up) {
    const auto found = series_.find({subject, metric});
    if (found == series_.end()) return;
    const sim::Series& series = *found->second;
    double sum = 0;
    for (std::size_t i = 0; i < series.size(); ++i) {
      const sim::Series::Window window = series[i];
      if (!window.value && !adds_up) continue;
      const double value = window.value.value_or(0) * factor;
      sum += value;
      fmt::print(out_, "{}{} {:.9g} {}\n", name, labels, adds_up ? sum : value,
                 stamp_of(window.end));
    }
  }

  std::ostream& out_;
  const SeriesByName& series_;
};

}  // namespace

void OpenMetrics::finish(const models::World& world, const Recorder& recorder) {
  SeriesByName series;
  for (const NamedSeries& named : recorder.series()) {
    series[{named.subject, named.metric}] = &named.series;
  }
  FamilyWriter writer(file_.stream(), series);
  for (const SubjectGroup& group : subject_groups(world)) {
    for (const sim::Snapshot::Reading& metric : group.metrics) writer.write(group, metric);
  }
  file_.stream() << "# EOF\n";
  file_.commit();
}

}  // namespace faultline::analysis
