// Stage: what stands where: regions, cards of components in them, and the wires between cards.
//
// A component that stands in several regions has a card in each. A card shows its replicas as
// cells, a row for each zone. Workloads, whose users are everywhere, stand in no region. What it
// is of does not change during a run, nor does it know how the run goes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/world.h"
#include "viz/view/run/messages.h"
#include "viz/view/run/regions.h"
#include "viz/view/stage/curve.h"
#include "viz/view/stage/geometry.h"

namespace faultline::viz {

struct Cell {
  models::ReplicaIndex replica = 0;
  Box box;  // relative to the card
};

struct ZoneRow {
  std::string zone;
  double y = 0;  // of its middle, relative to the card
};

struct Card {
  models::ComponentId component = 0;
  std::uint16_t region = Regions::nowhere;
  std::string name;   // "web"
  std::string place;  // "web@eu" where it is one of several cards, else as `name`
  std::string type;
  std::vector<Cell> cells;
  std::vector<ZoneRow> rows;  // where there is more than one zone
  Box box;

  // Where the bar of its backlog is, and the line that tells what matters for its kind.
  Box backlog_box() const;
  Point note_place() const;
};

struct Wire {
  Way way;
  std::size_t from = 0;  // cards
  std::size_t to = 0;
  Curve curve;
};

struct Area {
  std::string name;
  Box box;
};

// Where cards were put by hand: the left upper corner, by `Card::place`.
using Positions = std::map<std::string, Point, std::less<>>;

class Stage {
 public:
  Stage(const models::World& world, const Regions& regions, const Positions& put = {});

  const std::vector<Card>& cards() const { return cards_; }
  const std::vector<Wire>& wires() const { return wires_; }
  const std::vector<Area>& areas() const { return areas_; }
  Box bounds() const;

  std::optional<std::size_t> card_at(Point point) const;
  // The nearest within `reach`.
  std::optional<std::size_t> wire_at(Point point, double reach) const;
  std::optional<models::ReplicaIndex> replica_at(std::size_t card, Point point) const;
  // By `Card::place`, or the first card of a component of that name.
  std::optional<std::size_t> find_card(std::string_view name) const;
  // nullptr: no wire goes that way.
  const Wire* find_wire(const Way& way) const;

  void move(std::size_t card, Point to);
  const Positions& put_by_hand() const { return put_; }

 private:
  void add_cards(const models::World& world, models::ComponentId id, const Regions& regions);
  void add_wires(const models::World& world);
  void add_wires(models::ComponentId from, models::ComponentId to);
  void lay_out(const Regions& regions);
  void fit_areas();
  void route(Wire& wire) const;

  std::vector<Card> cards_;
  std::vector<Wire> wires_;
  std::map<Way, std::size_t> wire_of_;
  std::vector<Area> areas_;
  Positions put_;
};

}  // namespace faultline::viz
