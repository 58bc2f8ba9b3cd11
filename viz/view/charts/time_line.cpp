#include "viz/view/charts/time_line.h"

#include <algorithm>
#include <map>

namespace faultline::viz {
namespace {

std::vector<TimeMark> marks_of(const Playback& playback) {
  const auto& actions = playback.world().actions();
  const std::size_t planned = playback.scenario().timeline.size();
  std::vector<TimeMark> marks;
  for (std::size_t i = 0; i < planned; ++i) {
    const models::Action& action = *actions[i];
    marks.push_back(
        {.kind = TimeMark::Kind::planned, .begin = action.at, .end = {}, .label = action.what});
    if (action.lasts) marks.back().end = action.at + *action.lasts;
  }
  for (const HandFault& fault : playback.by_hand()) {
    marks.push_back({.kind = TimeMark::Kind::by_hand,
                     .begin = fault.at,
                     .end = {},
                     .label = fault.happening.what()});
    if (fault.lasts) marks.back().end = fault.at + *fault.lasts;
  }
  // Those that come at random are known once they have come.
  std::map<std::uint32_t, std::size_t> open;
  for (const Happened& happened : playback.chronicle().happened()) {
    if (happened.kind == Happened::Kind::state || happened.action >= actions.size()) continue;
    if (!actions[happened.action]->recurs) continue;
    if (happened.kind == Happened::Kind::began) {
      open[happened.action] = marks.size();
      marks.push_back({.kind = TimeMark::Kind::random,
                       .begin = happened.at,
                       .end = {},
                       .label = actions[happened.action]->what});
    } else if (const auto begun = open.find(happened.action); begun != open.end()) {
      marks[begun->second].end = happened.at;
    }
  }
  std::stable_sort(marks.begin(), marks.end(),
                   [](const TimeMark& a, const TimeMark& b) { return a.begin < b.begin; });
  return marks;
}

double sum(const Chronicle& chronicle, std::string_view subject, std::string_view metric,
           std::size_t windows) {
  double sum = 0;
  for (std::size_t i = 0; i < windows; ++i) {
    sum += chronicle.value(subject, metric, i).value_or(0);
  }
  return sum;
}

std::optional<double> budget_left(const scenarios::Expectation& slo, const Playback& playback) {
  const auto [subject, metric] = subject_and_metric(slo.metric);
  const auto promised = slo.at_least ? slo.at_least : slo.above;
  const std::size_t windows = playback.chronicle().windows_until(playback.now());
  if (metric != "availability" || !promised || *promised >= 1 || windows == 0) return std::nullopt;
  const Chronicle& chronicle = playback.chronicle();
  const double elapsed = chronicle.window().seconds() * static_cast<double>(windows);
  const double requests = sum(chronicle, subject, "offered", windows);
  const double expected = requests * (playback.end() - sim::Time{}).seconds() / elapsed;
  const double failed = sum(chronicle, subject, "failed", windows);
  if (expected <= 0) return std::nullopt;
  return 1 - failed / ((1 - *promised) * expected);
}

Promise promise_of(const scenarios::Expectation& slo, const Playback& playback) {
  Promise promise{.label = slo.label,
                  .text = slo.text(),
                  .broken = {},
                  .budget_left = budget_left(slo, playback)};
  const auto [subject, metric] = subject_and_metric(slo.metric);
  const Chronicle& chronicle = playback.chronicle();
  const std::size_t windows = chronicle.windows_until(playback.now());
  for (std::size_t i = 0; i < windows; ++i) {
    const auto figure = chronicle.value(subject, metric, i);
    if (!figure || slo.holds(*figure)) continue;
    const sim::Time begin{chronicle.window().ns * static_cast<std::int64_t>(i)};
    const sim::Time end = begin + chronicle.window();
    if (slo.during && (begin < slo.during->begin || end > slo.during->end)) continue;
    if (!promise.broken.empty() && promise.broken.back().second == begin) {
      promise.broken.back().second = end;
    } else {
      promise.broken.emplace_back(begin, end);
    }
  }
  return promise;
}

}  // namespace

std::pair<std::string, std::string> subject_and_metric(const std::string& path) {
  std::string dotted = path.substr(path.starts_with('/') ? 1 : 0);
  std::replace(dotted.begin(), dotted.end(), '/', '.');
  for (const std::string_view section : {"components.", "workloads."}) {
    if (!dotted.starts_with(section)) continue;
    const std::size_t dot = dotted.find('.', section.size());
    if (dot == std::string::npos) break;
    return {dotted.substr(section.size(), dot - section.size()), dotted.substr(dot + 1)};
  }
  return {std::string(analysis::all_users), dotted};
}

TimeLine time_line_of(const Playback& playback) {
  TimeLine line{.now = playback.now(),
                .end = playback.end(),
                .simulated = playback.frontier(),
                .turned_at = playback.turned_at(),
                .marks = marks_of(playback),
                .promises = {}};
  for (const scenarios::Expectation& slo : playback.scenario().slos) {
    line.promises.push_back(promise_of(slo, playback));
  }
  return line;
}

}  // namespace faultline::viz
