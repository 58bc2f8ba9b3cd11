#include "analysis/story/story_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/format.h"
#include "analysis/table.h"
#include "analysis/wording.h"

namespace faultline::analysis {
namespace {

constexpr std::size_t most_rows = 30;
constexpr std::size_t most_triggers = 5;

std::string figure(Measure measure, double value) {
  const std::string_view unit = judgement_of(measure).unit;
  if (measure == Measure::tries) return fmt::format("{:.2f}", value);
  return with_unit(value, unit);
}

// Down to the callee, or up to the caller.
std::string place(std::string_view caller, std::string_view name, Pressure pressure) {
  if (caller.empty()) return std::string(name);
  return fmt::format("{} {} {}", caller, pressure == Pressure::up ? "<-" : "->", name);
}

std::string heading(const Story& story) {
  std::string text = fmt::format("{}   seed {}   {}   digest {}\n", story.scenario, story.seed,
                                 sim::format_duration(story.end - sim::Time{}), story.digest);
  if (!story.complete) {
    text += fmt::format("The run was cut short: {}. This is the story so far.\n", story.ended);
  }
  if (story.triggers.empty()) text += "There was no trigger: nothing befell the architecture.\n";
  if (story.ending == Ending::no_normal) return text;
  text +=
      fmt::format("Normal: {} to {}, {} windows of {}.\n", clock(story.calm_begin),
                  clock(story.calm_end), story.calm_windows, sim::format_duration(story.window));
  if (std::any_of(story.departures.begin(), story.departures.end(),
                  [](const Departure& d) { return d.subject == Subject::hop; })) {
    text += "a -> b: what a puts on b, which it calls.  a <- b: what b lets a wait for, or fail.\n";
  }
  return text;
}

// What another row says as well, nearer to those who feel it: how long work waits, where its
// backlog is told; that a component fails, where its calls or those of its callers do.
bool is_told_by_another(const Departure& departure, const Story& story) {
  const auto another = [&](Measure measure) {
    return std::any_of(story.departures.begin(), story.departures.end(), [&](const Departure& d) {
      const bool is_about = d.name == departure.name || d.caller == departure.name;
      return d.measure == measure && is_about && d.left <= departure.left;
    });
  };
  return (departure.measure == Measure::waiting_time && another(Measure::backlog)) ||
         (departure.measure == Measure::errors && another(Measure::failures));
}

struct Row {
  sim::Time at;
  std::vector<std::string> cells;
  std::string sentence;  // instead of all from the third cell on
};

Row row_of(const Departure& departure) {
  const Judged& how = judgement_of(departure.measure);
  return {departure.left,
          {clock(departure.left), place(departure.caller, departure.name, departure.pressure),
           std::string(how.name), figure(how.measure, departure.normal.middle),
           figure(how.measure, departure.worst), clock(departure.worst_at),
           departure.back ? clock(*departure.back) : "not"},
          {}};
}

// A sentence would make its column as wide as itself: it is added where that column begins.
std::string with_sentences(const std::string& table, const std::vector<Row>& rows) {
  constexpr std::size_t width_of_trigger = 9;
  const std::string header = table.substr(0, table.find('\n'));
  const std::size_t what = header.find("what");
  const std::size_t column =
      what == std::string::npos ? header.find("where") + width_of_trigger : what;
  std::string text = header + "\n";
  std::size_t begin = text.size();
  for (std::size_t i = 0; begin < table.size(); ++i) {
    const std::size_t end = table.find('\n', begin);
    std::string row = table.substr(begin, end - begin);
    if (!rows[i].sentence.empty()) {
      row.resize(std::max(row.size() + 2, column), ' ');
      row += rows[i].sentence;
    }
    text += row + "\n";
    begin = end + 1;
  }
  return text;
}

std::vector<Row> rows_of(const Story& story) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < std::min(story.triggers.size(), most_triggers); ++i) {
    const Triggered& trigger = story.triggers[i];
    rows.push_back({trigger.at, {clock(trigger.at), "TRIGGER", "", "", "", "", ""}, trigger.what});
    if (!trigger.ended) continue;
    rows.push_back(
        {*trigger.ended, {clock(*trigger.ended), "ENDED", "", "", "", "", ""}, trigger.over});
  }
  for (const Departure& departure : story.departures) {
    if (!is_told_by_another(departure, story)) rows.push_back(row_of(departure));
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.at < b.at; });
  return rows;
}

Table empty_story_table() {
  return Table({{"when", Align::right},
                {"where", Align::left},
                {"what", Align::left},
                {"normal", Align::right},
                {"worst", Align::right},
                {"at", Align::right},
                {"back", Align::right}});
}

std::string timeline(const Story& story) {
  const std::vector<Row> rows = rows_of(story);
  if (rows.empty()) return {};
  Table table = empty_story_table();
  for (std::size_t i = 0; i < std::min(rows.size(), most_rows); ++i) table.add(rows[i].cells);
  std::string text = "\n" + with_sentences(table.text(2), rows);
  if (rows.size() > most_rows) {
    text += fmt::format("  ... and {} more; --format json has all\n", rows.size() - most_rows);
  }
  if (story.triggers.size() > most_triggers) {
    text += fmt::format("  ... and {} more triggers; --format json has all\n",
                        story.triggers.size() - most_triggers);
  }
  return text;
}

std::string length(sim::Duration length) { return clock(sim::Time{} + length); }

std::string line(std::string_view title, std::string_view text) {
  return fmt::format("  {:<11}{}\n", title, text);
}

std::string users(const Story& story) {
  if (!story.noticed) return line("Users", "noticed nothing: goodput and success stayed normal");
  std::string text;
  for (const Story::Felt& felt : story.felt) {
    text += line(text.empty() ? "Users" : "",
                 fmt::format("{} noticed at {}; {}", felt.workload, clock(felt.noticed),
                             felt.back        ? "were well again at " + clock(*felt.back)
                             : felt.unsettled ? std::string("were well again only at the end")
                                              : std::string("were not well again by the end")));
  }
  if (story.felt.size() < story.workloads) text += line("", "the other workloads noticed nothing");
  return text;
}

bool is_slower(const Story& story) {
  return std::any_of(story.departures.begin(), story.departures.end(),
                     [](const Departure& d) { return d.measure == Measure::latency; });
}

std::string ending(const Story& story) {
  const auto since = [&](sim::Time at) {
    if (!story.trigger_end) return length(at - *story.noticed) + " after users noticed";
    const bool ended = std::any_of(story.triggers.begin(), story.triggers.end(),
                                   [&](const auto& t) { return t.ended == story.trigger_end; });
    return length(at - *story.trigger_end) +
           (ended ? " after the trigger ended" : " after the trigger");
  };
  switch (story.ending) {
    case Ending::no_normal:
      return line("Ending",
                  fmt::format("not judged: what is normal would take {} whole windows {}",
                              least_calm_windows,
                              story.triggers.empty() ? "in the first fifth after the warm-up"
                                                     : "between warm-up and first trigger"));
    case Ending::nothing_left:
      return line("Ending", "nothing left its normal range for two windows in a row");
    case Ending::unnoticed:
      return line("Ending", is_slower(story) ? "the users were served all the time, but more slowly"
                                             : "the users were spared");
    case Ending::still_on:
      return line("Ending",
                  "the trigger lasts to the end of the run: whether all comes back is "
                  "not known");
    case Ending::too_late:
      return line("Ending",
                  fmt::format("the run ends too soon to say whether all came back for good: "
                              "that takes {} windows",
                              windows_to_settle));
    case Ending::came_back:
      if (story.trigger_end && *story.back <= *story.trigger_end) {
        return line("Ending",
                    fmt::format("came back at {}, {} the trigger ended", clock(*story.back),
                                *story.back < *story.trigger_end ? "before" : "as"));
      }
      return line("Ending",
                  fmt::format("came back at {}, {}", clock(*story.back), since(*story.back)));
    case Ending::stayed_down:
      return line("Ending",
                  fmt::format("DID NOT COME BACK by {}, {}", clock(story.end), since(story.end)));
  }
  return {};
}

std::string_view sentence_of(HeldBy::Kind kind) {
  switch (kind) {
    case HeldBy::Kind::retries:
      return "retries feed load, load feeds backlog, backlog feeds failures, failures feed retries";
    case HeldBy::Kind::hedges:
      return "second tries feed load, load feeds backlog, backlog feeds waits, waits feed second "
             "tries";
    case HeldBy::Kind::cold_cache:
      return "misses feed load, load feeds backlog, backlog fails reads, failed reads feed misses";
    case HeldBy::Kind::collections:
      return "collections feed backlog, and whoever waits holds memory, which feeds collections";
    case HeldBy::Kind::abandoned_work:
      return "backlog feeds timeouts, and what timed out stays in the backlog and is worked on";
    case HeldBy::Kind::load:
      return "more load than normal, and not for more tries";
    case HeldBy::Kind::errors:
      return "errors of its own: it has no backlog, and nobody it calls fails it";
  }
  return {};
}

std::string held_down(const Story& story) {
  const bool short_while =
      story.ending == Ending::came_back &&
      story.held_to - story.held_from < story.window * std::int64_t(windows_to_settle);
  const bool held = story.ending == Ending::came_back || story.ending == Ending::stayed_down;
  if (!held || short_while) return {};
  if (!story.held_by) {
    return line("Held by", "nothing that these figures could show");
  }
  std::string text = line("Held by", sentence_of(story.held_by->kind));
  for (const HeldBy::Step& step : story.held_by->steps) {
    const Judged& how = judgement_of(step.measure);
    text += line(
        "", fmt::format("  {}: {} {}, normally {}", place(step.caller, step.name, how.pressure),
                        how.name, figure(how.measure, step.now), figure(how.measure, step.normal)));
  }
  return text;
}

std::string in_vain(const Story& story) {
  std::string text;
  for (const Wasted& wasted : story.wasted) {
    text += line(text.empty() ? "In vain" : "",
                 fmt::format("{} of the work of {} at the end is for callers that have left, "
                             "normally {}",
                             with_unit(wasted.share, "0..1"), wasted.component,
                             with_unit(wasted.normal, "0..1")));
  }
  return text;
}

}  // namespace

Table story_table(const Story& story) {
  constexpr std::size_t what = 2;
  Table table = empty_story_table();
  for (Row& row : rows_of(story)) {
    if (!row.sentence.empty()) row.cells[what] = row.sentence;
    table.add(std::move(row.cells));
  }
  return table;
}

std::string story_ending_text(const Story& story) {
  const bool is_judged = story.ending != Ending::no_normal && story.ending != Ending::nothing_left;
  return (is_judged ? users(story) : "") + ending(story) + held_down(story) + in_vain(story);
}

std::string story_text(const Story& story) {
  return heading(story) + timeline(story) + "\n" + story_ending_text(story);
}

}  // namespace faultline::analysis
