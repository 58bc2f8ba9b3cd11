#include "analysis/story/figure_book.h"

#include <algorithm>
#include <array>

namespace faultline::analysis {
namespace {

struct Named {
  std::string_view metric;
  Measure measure;
};

// A component has at most one of those with the same measure.
constexpr std::array<Named, 14> metrics = {{
    {"replicas_up", Measure::replicas_up},
    {"unhealthy", Measure::unhealthy},
    {"hit_ratio", Measure::hit_ratio},
    {"time_collecting", Measure::collecting},
    {"utilisation", Measure::utilisation},
    {"backlog", Measure::backlog},
    {"waiting_ms.p95", Measure::waiting_time},
    {"waiting_time_ms.p95", Measure::waiting_time},
    {"time_in_queue_ms.p95", Measure::waiting_time},
    {"transfer_ms.p95", Measure::waiting_time},
    {"wasted_work", Measure::wasted},
    {"goodput_per_s", Measure::goodput},
    {"availability", Measure::success},
    {"latency_ms.p95", Measure::latency},
}};

std::string hop_key(std::string_view caller, std::string_view callee) {
  return std::string(caller) + "->" + std::string(callee);
}

// Attempts that went wrong among those that arrived.
Figures errors_of(const std::map<std::string_view, Figures>& counts) {
  const auto of = [&](std::string_view metric, std::size_t window) {
    const auto found = counts.find(metric);
    return found == counts.end() ? 0 : found->second[window].value_or(0);
  };
  const auto arrived = counts.find("arrived");
  if (arrived == counts.end()) return {};
  Figures errors(arrived->second.size());
  for (std::size_t w = 0; w < errors.size(); ++w) {
    if (of("arrived", w) == 0) continue;
    const double wrong = of("rejected", w) + of("failed", w) + of("lost", w);
    errors[w] = std::min(1.0, wrong / of("arrived", w));
  }
  return errors;
}

}  // namespace

FigureBook::FigureBook(const Run& run, const Evidence& evidence) {
  const auto& all = run.recorder->series();
  if (all.empty()) return;
  window_ = all.front().series.window();
  windows_ = static_cast<std::size_t>(run.recorder->end().ns / window_.ns);
  std::map<std::string, std::map<std::string_view, Figures>> counts;
  for (const NamedSeries& named : all) {
    for (const Named& known : metrics) {
      if (named.metric != known.metric) continue;
      figures_.try_emplace({named.subject, known.measure}, whole(named.series));
    }
    for (const std::string_view count : {"arrived", "rejected", "failed", "lost"}) {
      if (named.metric == count) counts[named.subject][count] = whole(named.series);
    }
  }
  for (const auto& [subject, of_subject] : counts) {
    figures_[{subject, Measure::errors}] = errors_of(of_subject);
  }
  for (const HopSeries& hop : evidence.hops()) {
    const std::string key =
        hop_key(run.world->component(hop.caller).name(), run.world->component(hop.callee).name());
    figures_[{key, Measure::load}] = whole(hop.attempts);
    figures_[{key, Measure::tries}] = whole(hop.tries);
    figures_[{key, Measure::outstanding}] = whole(hop.outstanding);
    figures_[{key, Measure::timeouts}] = whole(hop.timeouts);
    figures_[{key, Measure::failures}] = whole(hop.failures);
  }
}

Figures FigureBook::whole(const sim::Series& series) const {
  Figures figures;
  for (std::size_t w = 0; w < std::min(windows_, series.size()); ++w) {
    figures.push_back(series[w].value);
  }
  figures.resize(windows_);
  return figures;
}

const Figures* FigureBook::find(const std::string& key, Measure measure) const {
  const auto found = figures_.find({key, measure});
  return found == figures_.end() || found->second.empty() ? nullptr : &found->second;
}

const Figures* FigureBook::of(std::string_view subject, Measure measure) const {
  return find(std::string(subject), measure);
}

const Figures* FigureBook::of_hop(std::string_view caller, std::string_view callee,
                                  Measure measure) const {
  return find(hop_key(caller, callee), measure);
}

}  // namespace faultline::analysis
