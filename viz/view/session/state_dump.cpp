#include "viz/view/session/state_dump.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "viz/view/charts/time_line.h"
#include "viz/view/stage/dots.h"
#include "viz/view/words/caption.h"

namespace faultline::viz {
namespace {

using nlohmann::ordered_json;

ordered_json json_of(const Box& box) { return {box.x, box.y, box.width, box.height}; }

ordered_json selection_of(const Session& session) {
  const Selection& selection = session.selection();
  if (!selection.any()) return nullptr;
  const Stage& stage = session.selected_shown().stage;
  ordered_json json = {{"stage", selection.stage}};
  if (selection.card) json["card"] = stage.cards()[*selection.card].place;
  if (selection.replica) json["replica"] = *selection.replica;
  if (selection.wire) {
    const Wire& wire = stage.wires()[*selection.wire];
    json["from"] = stage.cards()[wire.from].place;
    json["to"] = stage.cards()[wire.to].place;
  }
  return json;
}

ordered_json cards_of(const Shown& shown) {
  ordered_json cards;
  const models::World& world = shown.playback.world();
  for (const Card& card : shown.stage.cards()) {
    ordered_json& json = cards[card.place];
    json["box"] = json_of(shown.camera.to_screen(card.box));
    json["cells"] = ordered_json::array();
    for (const Cell& cell : card.cells) {
      const models::Replica& replica = world.component(card.component).replicas()[cell.replica];
      const Box box{card.box.x + cell.box.x, card.box.y + cell.box.y, cell.box.width,
                    cell.box.height};
      json["cells"].push_back(
          {{"replica", cell.replica},
           {"state", models::lifecycle_names[static_cast<std::size_t>(replica.state)]},
           {"speed", replica.speed},
           {"box", json_of(shown.camera.to_screen(box))}});
    }
  }
  return cards;
}

ordered_json run_of(const Shown& shown, const Speed& speed) {
  const Playback& playback = shown.playback;
  const models::World& world = playback.world();
  const Caption caption = caption_of(playback);
  const Dots dots = dots_of(playback, shown.stage, speed);
  ordered_json by_hand = ordered_json::object();
  for (const HandFault& fault : playback.by_hand()) by_hand[fault.label] = fault.entry();
  ordered_json turned;
  if (playback.turned_at()) turned = playback.turned_at()->seconds();
  return {{"scenario", playback.scenario().name},
          {"seed", world.seed()},
          {"now_s", playback.now().seconds()},
          {"simulated_s", playback.frontier().seconds()},
          {"executed", world.executed()},
          {"digest", fmt::format("{:016x}", world.digest())},
          {"outcome_digest", fmt::format("{:016x}", world.outcome_digest())},
          {"turned_at_s", turned},
          {"by_hand", by_hand},
          {"caption", {caption.happened, caption.consequence}},
          {"dots", dots.dots.size()},
          {"one_dot_is", dots.one_in},
          {"cards", cards_of(shown)}};
}

}  // namespace

ordered_json state_dump(const Session& session) {
  constexpr std::array above = {"nothing", "help", "lesson"};
  ordered_json json = {{"now_s", session.now().seconds()},
                       {"end_s", session.end().seconds()},
                       {"playing", session.playing()},
                       {"speed", session.speed().value()},
                       {"selection", selection_of(session)},
                       {"above", above[static_cast<std::size_t>(session.above())]},
                       {"theme", session.dark() ? "dark" : "light"},
                       {"size", {session.frame().size.x, session.frame().size.y}},
                       {"time_axis", json_of(time_axis(session.frame()))},
                       {"answer", session.answer()},
                       {"runs", ordered_json::array()}};
  for (const auto& shown : session.shown()) json["runs"].push_back(run_of(*shown, session.speed()));
  return json;
}

}  // namespace faultline::viz
