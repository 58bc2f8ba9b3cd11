#include "analysis/html/architecture.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/format.h"
#include "analysis/html/escape.h"
#include "analysis/layout/call_graph.h"
#include "analysis/layout/layout.h"

namespace faultline::analysis::html {
namespace {

constexpr double card_height = 66;
constexpr double card_padding = 12;
constexpr double name_size = 14;
constexpr double small_size = 12;
constexpr double width_of_letter = 0.6;  // at least, of the size of the font
constexpr double picture_margin = 8;

struct ArchitectureCard {
  std::string name;
  std::string type;
  std::string figures;
  bool users = false;
};

std::optional<double> figure_at(const nlohmann::ordered_json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? std::optional{found->get<double>()}
                                                     : std::nullopt;
}

std::string figures_on_card(const nlohmann::ordered_json& metrics, bool users) {
  // Nothing arrives at a name; it is asked for.
  const bool is_name = metrics.contains("resolutions_per_s");
  const auto rate = figure_at(metrics, users     ? "offered_per_s"
                                       : is_name ? "resolutions_per_s"
                                                 : "arrivals_per_s");
  std::string text = rate ? number(rate) + " /s" : "";
  if (const auto busy = figure_at(metrics, "utilisation")) {
    text += (text.empty() ? "" : ", ") + percent(busy, 1) + " busy";
  } else if (const auto hits = figure_at(metrics, "hit_ratio")) {
    text += (text.empty() ? "" : ", ") + percent(hits, 1) + " hits";
  }
  return text;
}

ArchitectureCard card_of(const models::Component& component, const nlohmann::ordered_json& result) {
  const std::string name = component.name();
  const bool users = result["workloads"].contains(name);
  const auto& of = users ? result["workloads"] : result["components"];
  const std::size_t replicas = component.replicas().size();
  std::string type(users ? "users" : component.type());
  if (replicas > 1) type += fmt::format(" x {}", replicas);
  return {.name = name,
          .type = std::move(type),
          .figures = of.contains(name) ? figures_on_card(of[name], users) : "",
          .users = users};
}

double width_of(const ArchitectureCard& card) {
  const auto letters = [](const std::string& text, double size) {
    return static_cast<double>(text.size()) * size * width_of_letter;
  };
  return 2 * card_padding +
         std::max({letters(card.name, name_size + 1), 80.0, letters(card.type, small_size),
                   letters(card.figures, small_size)});
}

// Horizontal at each waypoint.
std::string wire_path(const std::vector<layout::Point>& way) {
  std::string path = fmt::format("M{:.1f} {:.1f}", way.front().x, way.front().y);
  for (std::size_t i = 0; i + 1 < way.size(); ++i) {
    const layout::Point a = way[i], b = way[i + 1];
    const double middle = (a.x + b.x) / 2;
    path += fmt::format("C{0:.1f} {1:.1f} {0:.1f} {2:.1f} {3:.1f} {2:.1f}", middle, a.y, b.y, b.x);
  }
  return path;
}

// The head of an arrow at the end of a way.
std::string tip_at(const std::vector<layout::Point>& way) {
  const layout::Point end = way.back();
  const double back = way[way.size() - 2].x <= end.x ? -8 : 8;
  return fmt::format("<path class=\"tip\" d=\"M{:.1f} {:.1f}l{} -4v8z\"/>\n", end.x, end.y, back);
}

std::string card_svg(const ArchitectureCard& card, const layout::Box& box) {
  std::string svg = fmt::format(
      "<rect class=\"box{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
      "rx=\"{}\"/>\n",
      card.users ? " users" : "", box.x, box.y, box.width, box.height, card.users ? 20 : 4);
  const auto line = [&](double y, std::string_view attributes, const std::string& text) {
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\" {}>{}</text>\n",
                       box.centre().x, box.y + y, attributes, html_text(text));
  };
  line(22, fmt::format("font-size=\"{}\" font-weight=\"600\"", name_size), card.name);
  line(39, fmt::format("class=\"faint\" font-size=\"{}\"", small_size), card.type);
  line(55, fmt::format("font-size=\"{}\"", small_size), card.figures);
  return svg;
}

}  // namespace

std::string architecture_svg(const models::World& world, const nlohmann::ordered_json& result) {
  layout::LayoutGraph graph;
  std::vector<ArchitectureCard> cards;
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    cards.push_back(card_of(world.component(id), result));
    graph.nodes.push_back({.name = cards.back().name,
                           .width = width_of(cards.back()),
                           .height = card_height,
                           .group = id});
  }
  for (const auto& [caller, callee] : layout::calls_of(world)) {
    if (caller != callee) graph.edges.emplace_back(caller, callee);
  }
  const layout::Layout laid = layout::lay_out(graph);
  const layout::Box around = laid.bounds.grown(picture_margin);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "viewBox=\"{2:.1f} {3:.1f} {0:.0f} {1:.0f}\" font-family=\"system-ui, sans-serif\">\n",
      around.width, around.height, around.x, around.y);
  for (const auto& way : laid.edges) {
    if (way.size() < 2) continue;
    svg += fmt::format("<path class=\"wire\" d=\"{}\"/>\n", wire_path(way)) + tip_at(way);
  }
  for (std::size_t i = 0; i < cards.size(); ++i) svg += card_svg(cards[i], laid.nodes[i]);
  return svg + "</svg>\n";
}

}  // namespace faultline::analysis::html
