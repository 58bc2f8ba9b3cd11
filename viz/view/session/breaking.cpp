#include "viz/view/session/breaking.h"

#include <fmt/format.h>

namespace faultline::viz {
namespace {

using models::Fault;
using scenarios::Happening;

constexpr double slowed_to = 0.2;
constexpr double load_factor = 2;
constexpr sim::Duration longer_by{200'000'000};

// What is to be done to a component's replicas, and the fault it must be able to suffer.
struct Verb {
  std::string Happening::*target;
  std::optional<Fault> fault;
  std::string_view cannot;
};

std::optional<Verb> verb_of(Command command) {
  switch (command) {
    case Command::crash:
      return Verb{&Happening::crash, Fault::crash, "cannot crash"};
    case Command::bring_back:
      return Verb{&Happening::restart, Fault::crash, "cannot be restarted"};
    case Command::slow:
      return Verb{&Happening::slow, Fault::slow, "cannot be slowed down"};
    case Command::freeze:
      return Verb{&Happening::pause, Fault::slow, "cannot be stopped for a while"};
    case Command::flush:
      return Verb{&Happening::flush, Fault::flush, "holds nothing that it could forget"};
    default:
      return std::nullopt;
  }
}

Breaking of_card(Command command, const Selection& selection, const Card& card,
                 const models::Component& component) {
  if (command == Command::add_load) {
    if (!component.offers_load()) return card.name + " sends no load: select users.";
    Happening load;
    load.load = card.name;
    load.factor = load_factor;
    return std::vector{load};
  }
  const auto verb = verb_of(command);
  if (!verb) return "Select a way between two components for that.";
  if (component.replicas().empty() || (verb->fault && !component.suffers(*verb->fault))) {
    return fmt::format("{} {}.", card.name, verb->cannot);
  }
  std::vector<Happening> all;
  const auto add = [&](const std::string& whom) {
    Happening one;
    one.*verb->target = whom;
    if (command == Command::slow) one.factor = slowed_to;
    all.push_back(one);
  };
  if (selection.replica) {
    add(fmt::format("{}/{}", card.name, *selection.replica));
  } else if (card.cells.size() == component.replicas().size()) {
    add(card.name);
  } else {
    for (const Cell& cell : card.cells) add(fmt::format("{}/{}", card.name, cell.replica));
  }
  return all;
}

Breaking of_wire(Command command, const Wire& wire, const models::World& world) {
  const std::string& from = world.component(wire.way.from).name();
  const std::string& to = world.component(wire.way.to).name();
  Happening happening;
  if (command == Command::cut) {
    happening.cut = fmt::format("{}->{}", from, to);
  } else if (command == Command::delay) {
    happening.delay = fmt::format("{}->{}", from, to);
    happening.by = longer_by;
  } else {
    return "Select a component for that.";
  }
  return std::vector{happening};
}

}  // namespace

bool breaks(Command command) {
  return verb_of(command) || command == Command::cut || command == Command::delay ||
         command == Command::add_load;
}

Breaking breaking(Command command, const Selection& selection, const Stage& stage,
                  const models::World& world) {
  if (selection.card) {
    const Card& card = stage.cards()[*selection.card];
    return of_card(command, selection, card, world.component(card.component));
  }
  if (selection.wire) return of_wire(command, stage.wires()[*selection.wire], world);
  return "Select a component or a way first: click it.";
}

}  // namespace faultline::viz
