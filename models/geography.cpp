#include "models/geography.h"

#include "models/arrow.h"
#include "models/fields.h"
#include "sim/check.h"

namespace faultline::models {
namespace {

constexpr std::array<std::string_view, 2> transport_words = {"message", "tcp"};

sim::LinkSettings link_settings(const GeographySettings::Link* link,
                                const sim::Distribution& usual_latency) {
  sim::LinkSettings settings{.latency = usual_latency,
                             .bandwidth_bits_per_s = {},
                             .loss = 0,
                             .duplication = 0,
                             .up = true};
  if (link == nullptr) return settings;
  if (link->latency) settings.latency = *link->latency;
  settings.bandwidth_bits_per_s = link->bandwidth;
  settings.loss = link->loss;
  settings.duplication = link->duplication;
  return settings;
}

// What the scenario says of the way from `from` to `to`, by "from->to" or either "<->".
const GeographySettings::Link* declared(const GeographySettings& settings, std::string_view from,
                                        std::string_view to) {
  for (const auto& [text, link] : settings.links) {
    const auto arrow = parse_arrow(text);
    if (!arrow) continue;
    if (arrow->from == from && arrow->to == to) return &link;
    if (arrow->both_ways && arrow->from == to && arrow->to == from) return &link;
  }
  return nullptr;
}

}  // namespace

void GeographySettings::Link::describe(Fields& fields) {
  fields.distribution({"latency", "One way; absent: what `network/latency` says."}, latency);
  fields.bandwidth({"bandwidth", "Bits per second each way; absent: no limit."}, bandwidth);
  fields.ratio({"loss", "Probability that a message is lost."}, loss);
  fields.ratio({"duplication", "Probability that a message arrives twice."}, duplication);
}

void GeographySettings::Region::describe(Fields& fields) {
  fields.texts({"zones", "Names of its zones.", true}, zones);
  for (const std::string& zone : zones) {
    if (zone.find('/') != std::string::npos) fields.reject("zones", "names without a slash");
  }
}

void GeographySettings::Home::describe(Fields& fields) {
  fields.text({"near", "The region its users reach first.", true}, near);
  fields.distribution({"latency", "One way, to that region."}, latency);
}

void GeographySettings::Latency::describe(Fields& fields) {
  fields.distribution({"same-zone", "One way, within a zone."}, same_zone);
  fields.distribution({"same-region", "One way, between two zones of a region."}, same_region);
  fields.distribution({"between-regions",
                       "One way, between two regions without a link of their "
                       "own in `links`."},
                      between_regions);
}

void GeographySettings::describe(Fields& fields) {
  fields.nested_map({"regions", "Regions by name, each with its zones."}, "region", regions);
  fields.nested_map({"clients", "Homes of users by name: where requests come from."}, "home",
                    clients);
  fields.nested({"latency", "Distances that no link states."}, "latencies", latency);
  fields.nested_map({"links",
                     "Ways that differ, as `a->b` (one way) or `a<->b`: between regions, "
                     "between a home and a region, or between two components."},
                    "link", links);
  fields.choice({"transport", "Whether what is lost is gone (message) or sent again (tcp)."},
                transport_words, transport);
}

Geography::Geography(const GeographySettings& settings)
    : transport_(settings.transport == 0 ? sim::Transport::message : sim::Transport::tcp) {
  for (const auto& [name, region] : settings.regions) add_region(name, settings);
  join_regions(settings);
  for (const auto& [name, home] : settings.clients) add_home(name, settings);
  add_lines(settings);
}

void Geography::add_region(const std::string& name, const GeographySettings& settings) {
  const Gates gates{network_.add_place(name + ":entry"), network_.add_place(name + ":exit")};
  regions_.emplace(name, gates);
  const sim::LinkSettings inside;
  network_.add_link(gates.entry, gates.exit, inside);
  std::vector<PlaceId> places;
  for (const std::string& zone : settings.regions.at(name).zones) {
    const std::string full_name = name + "/" + zone;
    const PlaceId place = network_.add_place(full_name);
    network_.add_link(gates.entry, place, inside);
    network_.add_link(place, gates.exit, inside);
    network_.add_link(place, place, link_settings(nullptr, settings.latency.same_zone));
    for (const PlaceId other : places) {
      network_.add_links(place, other, link_settings(nullptr, settings.latency.same_region));
    }
    places.push_back(place);
    zone_places_.emplace(full_name, place);
  }
  for (const PlaceId place : places) zones_.push_back(place);
}

void Geography::join_regions(const GeographySettings& settings) {
  for (const auto& [from, from_gates] : regions_) {
    for (const auto& [to, to_gates] : regions_) {
      if (from == to) continue;
      network_.add_link(
          from_gates.exit, to_gates.entry,
          link_settings(declared(settings, from, to), settings.latency.between_regions));
    }
  }
}

void Geography::add_home(const std::string& name, const GeographySettings& settings) {
  const GeographySettings::Home& home = settings.clients.at(name);
  const PlaceId place = network_.add_end_place(name);
  home_places_.emplace(name, place);
  homes_.push_back(place);
  for (const auto& [region, gates] : regions_) {
    const auto* there = declared(settings, name, region);
    const auto* back = declared(settings, region, name);
    if (region == home.near || there != nullptr) {
      network_.add_link(place, gates.entry, link_settings(there, home.latency));
    }
    if (region == home.near || back != nullptr) {
      network_.add_link(gates.exit, place, link_settings(back, home.latency));
    }
  }
}

void Geography::add_lines(const GeographySettings& settings) {
  const auto is_place = [&](const std::string& name) {
    return settings.regions.contains(name) || settings.clients.contains(name);
  };
  const auto add = [&](const std::string& from, const std::string& to,
                       const GeographySettings::Link& link) {
    if (is_place(from) && is_place(to)) return;
    const std::string name = from + "->" + to;
    const PlaceId near_end = network_.add_place(name + ":from");
    const PlaceId far_end = network_.add_place(name + ":to");
    network_.add_link(near_end, far_end, link_settings(&link, settings.latency.same_zone));
    lines_.emplace(std::pair{from, to}, std::pair{near_end, far_end});
  };
  for (const auto& [text, link] : settings.links) {
    const auto arrow = parse_arrow(text);
    CHECK(arrow.has_value());
    add(arrow->from, arrow->to, link);
    if (arrow->both_ways) add(arrow->to, arrow->from, link);
  }
}

std::optional<PlaceId> Geography::zone(std::string_view name) const {
  const auto found = zone_places_.find(name);
  return found == zone_places_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<PlaceId> Geography::home(std::string_view name) const {
  const auto found = home_places_.find(name);
  return found == home_places_.end() ? std::nullopt : std::optional{found->second};
}

std::vector<PlaceId> Geography::zones_within(std::string_view region_or_zone) const {
  std::vector<PlaceId> places;
  const std::string prefix = std::string(region_or_zone) + "/";
  for (const auto& [name, place] : zone_places_) {
    if (name == region_or_zone || name.starts_with(prefix)) places.push_back(place);
  }
  return places;
}

const std::string& Geography::name_of(PlaceId place) const { return network_.place_name(place); }

std::vector<sim::LinkId> Geography::links_between(std::string_view a, std::string_view b) const {
  const auto from_region = regions_.find(a);
  const auto to_region = regions_.find(b);
  const auto from =
      from_region != regions_.end() ? std::optional{from_region->second.exit} : home(a);
  const auto to = to_region != regions_.end() ? std::optional{to_region->second.entry} : home(b);
  if (!from || !to) return {};
  const auto link = network_.find_link(*from, *to);
  return link ? std::vector{*link} : std::vector<sim::LinkId>{};
}

std::vector<PlaceId> Geography::gates(std::string_view region) const {
  const auto found = regions_.find(region);
  if (found == regions_.end()) return {};
  return {found->second.entry, found->second.exit};
}

std::optional<std::pair<PlaceId, PlaceId>> Geography::line(std::string_view from,
                                                           std::string_view to) const {
  const auto found = lines_.find(std::pair{std::string(from), std::string(to)});
  return found == lines_.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace faultline::models
