#include "viz/view/stage/stage.h"

#include <algorithm>

#include "analysis/layout/call_graph.h"
#include "analysis/layout/layout.h"
#include "sim/check.h"
#include "viz/view/stage/card_shape.h"

namespace faultline::viz {

namespace layout = analysis::layout;

Stage::Stage(const models::World& world, const Regions& regions, const Positions& put) {
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    add_cards(world, id, regions);
  }
  add_wires(world);
  lay_out(regions);
  for (const auto& [place, point] : put) {
    if (const auto card = find_card(place)) move(*card, point);
  }
}

void Stage::add_cards(const models::World& world, models::ComponentId id, const Regions& regions) {
  const models::Component& component = world.component(id);
  std::map<std::uint16_t, std::vector<CardRow>> rows;  // by region
  const auto& replicas = component.replicas();
  for (std::size_t i = 0; i < replicas.size(); ++i) {
    std::vector<CardRow>& of_region = rows[regions.of(replicas[i].place)];
    const std::string zone(zone_name(world.geography(), replicas[i].place));
    auto row = std::find_if(of_region.begin(), of_region.end(),
                            [&](const CardRow& r) { return r.zone == zone; });
    if (row == of_region.end()) row = of_region.insert(row, {zone, {}});
    row->replicas.push_back(static_cast<models::ReplicaIndex>(i));
  }
  if (rows.empty()) rows[Regions::nowhere];
  for (auto& [region, of_region] : rows) {
    std::sort(of_region.begin(), of_region.end(),
              [](const CardRow& a, const CardRow& b) { return a.zone < b.zone; });
    Card card{.component = id,
              .region = region,
              .name = component.name(),
              .place = component.name(),
              .type = std::string(component.type()),
              .cells = {},
              .rows = {},
              .box = {}};
    if (rows.size() > 1) card.place += "@" + regions.names()[region];
    shape(card, of_region);
    cards_.push_back(std::move(card));
  }
}

void Stage::add_wires(const models::World& world) {
  for (const auto& [from, to] : layout::calls_of(world)) add_wires(from, to);
}

void Stage::add_wires(models::ComponentId from, models::ComponentId to) {
  for (std::size_t a = 0; a < cards_.size(); ++a) {
    for (std::size_t b = 0; b < cards_.size(); ++b) {
      if (a == b || cards_[a].component != from || cards_[b].component != to) continue;
      const Way way{from, to, cards_[a].region, cards_[b].region};
      wire_of_.emplace(way, wires_.size());
      wires_.push_back({.way = way, .from = a, .to = b, .curve = {}});
    }
  }
}

void Stage::lay_out(const Regions& regions) {
  layout::LayoutGraph graph;
  graph.areas.assign(regions.names().begin() + 1, regions.names().end());
  for (const Card& card : cards_) {
    graph.nodes.push_back({.name = card.place,
                           .width = card.box.width,
                           .height = card.box.height,
                           .group = card.component});
    if (card.region != Regions::nowhere) graph.nodes.back().area = card.region - 1;
  }
  for (const Wire& wire : wires_) graph.edges.emplace_back(wire.from, wire.to);
  const layout::Layout laid = layout::lay_out(graph);
  for (std::size_t i = 0; i < cards_.size(); ++i) cards_[i].box = laid.nodes[i];
  for (std::size_t i = 0; i < wires_.size(); ++i) wires_[i].curve = Curve(laid.edges[i]);
  for (std::size_t i = 0; i < laid.areas.size(); ++i) {
    areas_.push_back({graph.areas[i], laid.areas[i]});
  }
}

Box Stage::bounds() const {
  CHECK(!cards_.empty());
  double left = cards_.front().box.x, top = cards_.front().box.y, right = left, bottom = top;
  const auto include = [&](const Box& box) {
    left = std::min(left, box.x);
    top = std::min(top, box.y);
    right = std::max(right, box.right());
    bottom = std::max(bottom, box.bottom());
  };
  for (const Card& card : cards_) include(card.box);
  for (const Area& area : areas_) {
    if (area.box.width > 0) include(area.box);
  }
  return {left, top, right - left, bottom - top};
}

std::optional<std::size_t> Stage::card_at(Point point) const {
  for (std::size_t i = cards_.size(); i-- > 0;) {
    if (cards_[i].box.contains(point)) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> Stage::wire_at(Point point, double reach) const {
  std::optional<std::size_t> nearest;
  for (std::size_t i = 0; i < wires_.size(); ++i) {
    const double distance = wires_[i].curve.distance_from(point);
    if (distance > reach) continue;
    reach = distance;
    nearest = i;
  }
  return nearest;
}

std::optional<models::ReplicaIndex> Stage::replica_at(std::size_t card, Point point) const {
  const Box& box = cards_[card].box;
  for (const Cell& cell : cards_[card].cells) {
    if (cell.box.contains(point - Point{box.x, box.y})) return cell.replica;
  }
  return std::nullopt;
}

std::optional<std::size_t> Stage::find_card(std::string_view name) const {
  for (const auto text : {&Card::place, &Card::name}) {
    const auto found = std::find_if(cards_.begin(), cards_.end(),
                                    [&](const Card& card) { return card.*text == name; });
    if (found != cards_.end()) return static_cast<std::size_t>(found - cards_.begin());
  }
  return std::nullopt;
}

const Wire* Stage::find_wire(const Way& way) const {
  const auto found = wire_of_.find(way);
  return found == wire_of_.end() ? nullptr : &wires_[found->second];
}

void Stage::move(std::size_t card, Point to) {
  cards_[card].box.x = to.x;
  cards_[card].box.y = to.y;
  put_[cards_[card].place] = to;
  for (Wire& wire : wires_) {
    if (wire.from == card || wire.to == card) route(wire);
  }
  fit_areas();
}

// Straight on, to the right or to the left; what the layout knew of others in between is gone.
void Stage::route(Wire& wire) const {
  const Box& from = cards_[wire.from].box;
  const Box& to = cards_[wire.to].box;
  const bool rightwards = from.centre().x <= to.centre().x;
  const Point begin{rightwards ? from.right() : from.x, from.centre().y};
  const Point end{rightwards ? to.x : to.right(), to.centre().y};
  wire.curve = Curve({begin, end});
}

void Stage::fit_areas() {
  for (std::size_t i = 0; i < areas_.size(); ++i) {
    std::optional<Box> around;
    for (const Card& card : cards_) {
      if (card.region != i + 1) continue;
      const Box box = card.box;
      if (!around) {
        around = box;
        continue;
      }
      const double right = std::max(around->right(), box.right());
      const double bottom = std::max(around->bottom(), box.bottom());
      around->x = std::min(around->x, box.x);
      around->y = std::min(around->y, box.y);
      around->width = right - around->x;
      around->height = bottom - around->y;
    }
    if (!around) continue;
    areas_[i].box = around->grown(layout::spacing::area_margin);
    areas_[i].box.y -= layout::spacing::area_title;
    areas_[i].box.height += layout::spacing::area_title;
  }
}

}  // namespace faultline::viz
