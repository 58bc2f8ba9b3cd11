#include "analysis/story/story.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "analysis/maps/course.h"
#include "analysis/story/call_ways.h"
#include "analysis/story/figure_book.h"
#include "analysis/story/story_loop.h"
#include "analysis/wording.h"
#include "models/timeline.h"

namespace faultline::analysis {
namespace {

std::vector<Triggered> triggers_of(const models::World& world, const Evidence& evidence) {
  std::vector<Triggered> triggers;
  for (const Acted& acted : evidence.acted()) {
    const models::Action& action = *world.actions()[acted.action];
    triggers.push_back({.at = acted.at,
                        .ended = acted.ended,
                        .lasts = action.lasts || action.recurs,
                        .label = action.label,
                        .what = sentence_of(action, false),
                        .over = sentence_of(action, true)});
  }
  return triggers;
}

// The windows that show what is normal. What was over by the end of the warm-up is forgotten.
WindowRange calm_windows(const Story& story, sim::Time warm, const FigureBook& book) {
  sim::Time until = warm + (story.end - warm) / 5;
  for (const Triggered& trigger : story.triggers) {
    const sim::Time over = trigger.lasts ? trigger.ended.value_or(story.end) : trigger.at;
    if (over < warm) continue;
    until = trigger.at;
    break;
  }
  if (until <= warm || book.windows() == 0) return {};
  return windows_between(warm, until, book.window());
}

// Judges figures, and keeps what has left its range.
class Judge {
 public:
  Judge(const FigureBook& book, WindowRange calm, Story& story)
      : book_(book), calm_(calm), story_(story) {
    const auto first = std::find_if(story.triggers.begin(), story.triggers.end(),
                                    [&](const auto& t) { return t.at >= story.calm_end; });
    if (first != story.triggers.end()) begun_ = first->at;
  }

  void judge(Measure measure, const std::string& name, const std::string& caller,
             const Figures* figures) {
    if (figures == nullptr) return;
    const Judged& how = judgement_of(measure);
    const auto range = normal_range(*figures, calm_.first, calm_.end, how.floor,
                                    book_.window().seconds(), how.idle);
    if (!range) return;
    const auto excursion = find_excursion(*figures, calm_.end, *range, how.side);
    if (!excursion) return;
    Departure departure{.subject = how.subject,
                        .name = name,
                        .caller = caller,
                        .measure = measure,
                        .pressure = how.pressure,
                        .normal = *range,
                        .left = std::max(book_.begin_of(excursion->first), begun_),
                        .worst = excursion->worst,
                        .worst_at = book_.begin_of(excursion->worst_at),
                        .back = {},
                        .unsettled = !excursion->is_over && !excursion->is_leaving};
    if (excursion->is_over) departure.back = book_.begin_of(excursion->end);
    story_.departures.push_back(std::move(departure));
  }

 private:
  const FigureBook& book_;
  WindowRange calm_;
  Story& story_;
  sim::Time begun_;  // the first trigger: what it does shows in the window that it falls into
};

void judge_all(const models::World& world, const Evidence& evidence, const FigureBook& book,
               WindowRange calm, Story& story) {
  Judge judge(book, calm, story);
  for (const Judged& how : all_measures()) {
    if (how.subject == Subject::hop) {
      for (const HopSeries& hop : evidence.hops()) {
        const std::string& caller = world.component(hop.caller).name();
        const std::string& callee = world.component(hop.callee).name();
        judge.judge(how.measure, callee, caller, book.of_hop(caller, callee, how.measure));
      }
      continue;
    }
    for (models::ComponentId id = 0; id < world.component_count(); ++id) {
      const models::Component& component = world.component(id);
      if (component.offers_load() != (how.subject == Subject::users)) continue;
      judge.judge(how.measure, component.name(), {}, book.of(component.name(), how.measure));
    }
  }
}

// By time; within a window as a cascade goes: load from the users downwards, all else upwards.
void put_in_order(const CallWays& ways, std::vector<Departure>& departures) {
  const auto key = [&](const Departure& d) {
    const auto depth = static_cast<std::int64_t>(ways.depth(d.name));
    const double reach = std::max(d.normal.high - d.normal.middle, 1e-9);
    return std::tuple(d.left, d.measure, d.pressure == Pressure::down ? depth : -depth,
                      -std::abs(d.worst - d.normal.middle) / reach);
  };
  std::stable_sort(departures.begin(), departures.end(),
                   [&](const Departure& a, const Departure& b) { return key(a) < key(b); });
}

void add_amplification(const models::World& world, const Evidence& evidence, const FigureBook& book,
                       WindowRange calm, Story& story) {
  for (const HopSeries& hop : evidence.hops()) {
    const std::string& caller = world.component(hop.caller).name();
    const std::string& callee = world.component(hop.callee).name();
    const Figures* tries = book.of_hop(caller, callee, Measure::tries);
    if (tries == nullptr) continue;
    Amplification entry{caller, callee, median(*tries, calm.first, calm.end), {}, {}};
    for (std::size_t w = calm.end; w < tries->size(); ++w) {
      if (const auto& now = (*tries)[w]) entry.worst = std::max(entry.worst.value_or(0), *now);
    }
    const std::size_t last = tries->size() - std::min(tries->size(), windows_to_settle);
    entry.at_end = median(*tries, last, tries->size());
    story.amplification.push_back(std::move(entry));
  }
}

void add_felt(Story& story) {
  for (const Departure& departure : story.departures) {
    if (departure.measure != Measure::goodput && departure.measure != Measure::success) continue;
    const auto found = std::find_if(story.felt.begin(), story.felt.end(), [&](const auto& felt) {
      return felt.workload == departure.name;
    });
    if (found == story.felt.end()) {
      story.felt.push_back({departure.name, departure.left, departure.back, departure.unsettled});
      continue;
    }
    // Well again once both figures are.
    const bool down =
        (!departure.back && !departure.unsettled) || (!found->back && !found->unsettled);
    const bool settled = departure.back && found->back;
    found->back = settled ? std::max(departure.back, found->back) : std::nullopt;
    found->unsettled = !settled && !down;
  }
  if (story.felt.empty()) return;
  story.noticed = story.felt.front().noticed;  // in order of time
  story.back = sim::Time{};
  for (const auto& felt : story.felt) {
    if (!felt.back || !story.back) {
      story.back.reset();
    } else {
      story.back = std::max(*story.back, *felt.back);
    }
  }
}

Ending ending_of(const Story& story) {
  if (story.departures.empty()) return Ending::nothing_left;
  if (!story.noticed) return Ending::unnoticed;
  if (story.back) return Ending::came_back;
  const bool on = std::any_of(story.triggers.begin(), story.triggers.end(),
                              [](const auto& t) { return t.lasts && !t.ended; });
  if (on) return Ending::still_on;
  const bool unsettled = std::all_of(story.felt.begin(), story.felt.end(),
                                     [](const auto& felt) { return felt.back || felt.unsettled; });
  if (unsettled) return Ending::too_late;
  const auto settle = story.window * static_cast<std::int64_t>(windows_to_settle);
  return story.end - story.held_from < settle ? Ending::too_late : Ending::stayed_down;
}

void add_trigger_end(Story& story) {
  for (const Triggered& trigger : story.triggers) {
    if (trigger.lasts && !trigger.ended) {
      story.trigger_end.reset();
      return;
    }
    const sim::Time over = trigger.ended.value_or(trigger.at);
    story.trigger_end = std::max(story.trigger_end.value_or(over), over);
  }
}

void add_wasted(const models::World& world, const FigureBook& book, WindowRange calm,
                Story& story) {
  constexpr double worth_a_word = 0.05;
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    const std::string& name = world.component(id).name();
    const Figures* wasted = book.of(name, Measure::wasted);
    if (wasted == nullptr) continue;
    const std::size_t last = wasted->size() - std::min(wasted->size(), windows_to_settle);
    const auto share = median(*wasted, last, wasted->size());
    const double normal = median(*wasted, calm.first, calm.end).value_or(0);
    if (share && *share - normal >= worth_a_word) story.wasted.push_back({name, *share, normal});
  }
  std::stable_sort(story.wasted.begin(), story.wasted.end(),
                   [](const Wasted& a, const Wasted& b) { return a.share > b.share; });
}

}  // namespace

std::string_view name_of(Ending ending) {
  constexpr std::array<std::string_view, 7> names = {
      "no-normal", "nothing-left", "unnoticed", "came-back", "still-on", "too-late", "stayed-down"};
  return names[static_cast<std::size_t>(ending)];
}

Story make_story(const scenarios::Scenario& scenario, const Run& run, const Evidence& evidence) {
  const models::World& world = *run.world;
  const FigureBook book(run, evidence);
  Story story;
  story.scenario = scenario.name;
  story.seed = world.seed();
  story.ended = run.result.json["ended"].get<std::string>();
  story.complete = run.result.complete();
  story.digest = run.result.json["digest"].get<std::string>();
  story.end = run.recorder->end();
  story.window = book.window();
  story.triggers = triggers_of(world, evidence);
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    if (world.component(id).offers_load()) ++story.workloads;
  }
  add_trigger_end(story);
  const WindowRange calm = calm_windows(story, world.warmup_end(), book);
  if (calm.empty() || calm.end - calm.first < least_calm_windows) return story;
  story.calm_begin = book.begin_of(calm.first);
  story.calm_end = book.begin_of(calm.end);
  story.calm_windows = calm.end - calm.first;
  const CallWays ways(world, evidence);
  judge_all(world, evidence, book, calm, story);
  put_in_order(ways, story.departures);
  add_amplification(world, evidence, book, calm, story);
  add_felt(story);
  add_wasted(world, book, calm, story);
  if (story.noticed) {
    story.held_from = std::max(*story.noticed, story.trigger_end.value_or(*story.noticed));
    story.held_to = story.back.value_or(book.begin_of(book.windows()));
  }
  story.ending = ending_of(story);
  const bool held = story.ending == Ending::came_back || story.ending == Ending::stayed_down;
  if (held) story.held_by = find_what_holds(ways, book, calm, story);
  return story;
}

}  // namespace faultline::analysis
