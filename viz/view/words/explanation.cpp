#include "viz/view/words/explanation.h"

#include <fmt/format.h>

#include <array>

#include "analysis/world_snapshot.h"
#include "sim/snapshot.h"
#include "viz/view/charts/time_line.h"
#include "viz/view/stage/wire_state.h"
#include "viz/view/words/wording.h"

namespace faultline::viz {
namespace {

constexpr std::size_t most_lines = 16;

std::string clause(std::string_view name, std::string_view definition) {
  return fmt::format("{}: {}", name, definition);
}

// The last window's figures of a component, as it names and defines them.
std::vector<Explanation::Line> figures_of(const std::string& subject, const sim::Snapshot& metrics,
                                          const Chronicle& chronicle, sim::Time now) {
  std::vector<Explanation::Line> lines;
  const std::size_t windows = chronicle.windows_until(now);
  if (windows == 0) return lines;
  for (const sim::Snapshot::Reading& reading : metrics.readings()) {
    std::string name(reading.metric.name);
    if (reading.kind == sim::MetricKind::times) name += ".p99";
    const auto figure = chronicle.value(subject, name, windows - 1);
    const bool tells = figure && (*figure != 0 || name == "utilisation" || name == "backlog");
    if (!tells || lines.size() == most_lines) continue;
    lines.push_back(
        {with_unit(*figure, reading.metric.unit), clause(name, reading.metric.meaning)});
  }
  return lines;
}

std::string replica_title(const Card& card, models::ReplicaIndex index, const Playback& playback) {
  const models::World& world = playback.world();
  const models::Replica& replica = world.component(card.component).replicas()[index];
  std::string text =
      fmt::format("{}/{} in {}: {}", card.name, index, world.geography().name_of(replica.place),
                  models::lifecycle_names[static_cast<std::size_t>(replica.state)]);
  if (replica.speed != 1) text += fmt::format(", at {:g} of its speed", replica.speed);
  return text;
}

Explanation of_card(const Shown& shown, const Selection& selection) {
  const Card& card = shown.stage.cards()[*selection.card];
  const Playback& playback = shown.playback;
  Explanation explanation;
  explanation.title = selection.replica
                          ? replica_title(card, *selection.replica, playback)
                          : fmt::format("{} ({}), in the last window", card.place, card.type);
  explanation.lines = figures_of(card.name, playback.world().snapshot(card.component),
                                 playback.chronicle(), playback.now());
  return explanation;
}

Explanation of_wire(const Shown& shown, const Wire& wire) {
  const WireState state = state_of(wire, shown.playback);
  Explanation explanation{.title = fmt::format("{} -> {}", shown.stage.cards()[wire.from].place,
                                               shown.stage.cards()[wire.to].place),
                          .lines = {}};
  const auto add = [&](std::string figure, std::string meaning) {
    explanation.lines.push_back({std::move(figure), std::move(meaning)});
  };
  add(with_unit(state.per_s, "1/s"), "tries sent, in the last window");
  if (state.change.cut) add("cut", "no message gets through");
  if (state.change.delay.ns > 0) {
    add(with_unit(state.change.delay.seconds() * 1000, "ms"), "longer than usual");
  }
  if (state.change.loss > 0) add(with_unit(state.change.loss, "0..1"), "are lost");
  if (state.breaker) {
    constexpr std::array<std::string_view, 3> names = {"closed", "open", "half-open"};
    add(std::string(names[static_cast<std::size_t>(*state.breaker)]),
        "the caller's circuit breaker; of several the worst");
  }
  return explanation;
}

Explanation of_time(const Session& session, Point screen) {
  const sim::Time at = time_at(session.frame(), session.end(), screen.x);
  Explanation explanation{.title = moment(at), .lines = {}};
  for (const auto& shown : session.shown()) {
    const TimeLine line = time_line_of(shown->playback);
    for (const TimeMark& mark : line.marks) {
      const double near = 6 * session.frame().scale;
      const double begin = x_of(session.frame(), session.end(), mark.begin);
      const double end = mark.end ? x_of(session.frame(), session.end(), *mark.end) : begin;
      if (screen.x < begin - near || screen.x > end + near) continue;
      explanation.lines.push_back({moment(mark.begin), mark.label});
    }
    for (const Promise& promise : line.promises) {
      explanation.lines.push_back(
          {promise.budget_left ? with_unit(*promise.budget_left, "0..1") : "promise",
           promise.budget_left ? "of the error budget left: " + promise.text : promise.text});
    }
  }
  return explanation;
}

// As the subject itself defines it.
std::string definition_of(const std::string& subject, std::string metric,
                          const models::World& world) {
  metric = metric.substr(0, metric.find('.'));
  sim::Snapshot measured(world.now());
  if (const models::Component* component = world.find(subject)) {
    measured = world.snapshot(component->id());
  } else {
    analysis::measure_users(world, measured);
  }
  for (const sim::Snapshot::Reading& reading : measured.readings()) {
    if (reading.metric.name == metric) return std::string(reading.metric.meaning);
  }
  return "";
}

Explanation of_panel(const Session& session, Point screen) {
  const std::vector<ChartOrder> orders = charts_shown(session);
  const Playback& playback = session.selected_shown().playback;
  const Frame& frame = session.frame();
  Explanation explanation;
  for (std::size_t number = 0; number < orders.size(); ++number) {
    if (!chart_box(frame.panel, frame.scale, number).contains(screen)) continue;
    const Chart chart = make_chart(orders[number], playback.chronicle(), playback.now());
    explanation.title = fmt::format("{}{}, in the last window", chart.title,
                                    chart.unit.empty() ? "" : ", in " + chart.unit);
    for (std::size_t i = 0; i < chart.lines.size(); ++i) {
      const ChartOrder::Line& line = orders[number].lines[i];
      const auto figure = chart.lines[i].last;
      explanation.lines.push_back(
          {figure ? with_unit(*figure, "") : "-",
           clause(line.metric, definition_of(line.subject, line.metric, playback.world()))});
    }
  }
  return explanation;
}

}  // namespace

Explanation explanation_of(const Session& session, Point screen) {
  if (session.frame().time_line.contains(screen)) return of_time(session, screen);
  if (session.frame().panel.contains(screen)) return of_panel(session, screen);
  const Selection under = session.under(screen);
  const Shown& shown = *session.shown()[under.stage];
  if (under.card) return of_card(shown, under);
  if (under.wire) return of_wire(shown, shown.stage.wires()[*under.wire]);
  return {};
}

}  // namespace faultline::viz
