#include "viz/view/stage/card_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/station.h"
#include "viz/view/words/wording.h"

namespace faultline::viz {
namespace {

// What fills the bar of a backlog that knows no limit.
constexpr double long_backlog = 10'000;

CellState cell_state(const models::Component& component, models::ReplicaIndex replica,
                     const models::World& world) {
  const models::Replica& it = component.replicas()[replica];
  CellState state{.life = it.state, .busy = {}, .speed = {}, .leads = false};
  if (it.speed != 1) state.speed = it.speed;
  const bool has_leader = component.has_role("leader");
  state.leads = has_leader && component.role(world, "leader") == replica;
  const sim::Station* station = component.station_of(replica);
  if (station != nullptr && station->workers()) {
    const double in_service = station->in_system() - station->waiting();
    state.busy = std::min(1.0, in_service / std::max(1U, *station->workers()));
  }
  return state;
}

struct Noted {
  std::string_view metric;
  std::string_view unit;
  std::string_view pattern;
};

// What matters for a kind: the first two of these that it measures.
std::vector<Noted> notes_for(std::string_view type) {
  if (type == "workload") {
    return {{"offered_per_s", "1/s", "{}"}, {"availability", "0..1", "{} ok"}};
  }
  if (type == "cache" || type == "cdn") {
    return {{"hit_ratio", "0..1", "hits {}"}, {"arrivals_per_s", "1/s", "{}"}};
  }
  if (type == "database") {
    return {{"replication_lag_ms", "ms", "lag {}"}, {"utilisation", "0..1", "busy {}"}};
  }
  if (type == "queue") {
    return {{"backlog", "", "holds {}"}, {"oldest_age_s", "s", "oldest {}"}};
  }
  if (type == "dns") {
    return {{"resolver_hit_ratio", "0..1", "resolver hits {}"}};
  }
  return {{"arrivals_per_s", "1/s", "{}"}, {"utilisation", "0..1", "busy {}"}};
}

// A component that stands in several regions has figures of its own in each only for what is sent
// there.
std::string note_of_part(const Card& card, const Chronicle& chronicle, std::size_t window) {
  const Messages::Counts* sent = chronicle.sent(window);
  double count = 0;
  if (sent == nullptr) return "";
  for (const auto& [way, messages] : *sent) {
    if (way.to != card.component || way.to_region != card.region) continue;
    count += static_cast<double>(messages);
  }
  return with_unit(count / chronicle.window().seconds(), "1/s");
}

std::string note_of(const Card& card, const models::Component& component,
                    const Playback& playback) {
  const Chronicle& chronicle = playback.chronicle();
  const std::size_t windows = chronicle.windows_until(playback.now());
  if (windows == 0) return "";
  if (card.place != card.name) return note_of_part(card, chronicle, windows - 1);
  std::string note;
  for (const Noted& noted : notes_for(component.type())) {
    const auto figure = chronicle.value(component.name(), noted.metric, windows - 1);
    if (!figure) continue;
    if (!note.empty()) note += ", ";
    note += fmt::format(fmt::runtime(noted.pattern), with_unit(*figure, noted.unit));
  }
  return note;
}

}  // namespace

CardState state_of(const Card& card, const Playback& playback) {
  const models::World& world = playback.world();
  const models::Component& component = world.component(card.component);
  CardState state;
  std::uint64_t room = 0;
  bool bounded = true;
  for (const Cell& cell : card.cells) {
    state.cells.push_back(cell_state(component, cell.replica, world));
    const sim::Station* station = component.station_of(cell.replica);
    if (station == nullptr) continue;
    state.waiting += station->waiting();
    bounded = bounded && station->backlog_max().has_value();
    room += station->backlog_max().value_or(0);
  }
  if (state.waiting > 0 && bounded && room > 0) {
    state.backlog = std::min(1.0, static_cast<double>(state.waiting) / static_cast<double>(room));
  } else if (state.waiting > 0) {
    const double share = std::log1p(static_cast<double>(state.waiting)) / std::log1p(long_backlog);
    state.backlog = std::min(1.0, share);
  }
  state.note = note_of(card, component, playback);
  return state;
}

}  // namespace faultline::viz
