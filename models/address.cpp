#include "models/address.h"

#include <charconv>

#include "models/world.h"

namespace faultline::models {
namespace {

struct Parts {
  std::string_view name;
  std::string_view member;  // after the slash; empty: all
};

Parts parts_of(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {text, {}};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

std::optional<ReplicaIndex> index_of(std::string_view text) {
  ReplicaIndex index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return index;
}

}  // namespace

bool Address::is_place(const World& world) const {
  return !world.geography().zones_within(text).empty();
}

std::optional<ComponentId> Address::component(const World& world) const {
  const Component* found = world.find(parts_of(text).name);
  return found == nullptr ? std::nullopt : std::optional{found->id()};
}

std::vector<std::pair<ComponentId, ReplicaIndex>> Address::replicas(const World& world) const {
  std::vector<std::pair<ComponentId, ReplicaIndex>> result;
  const std::vector<PlaceId> zones = world.geography().zones_within(text);
  const auto [name, member] = parts_of(text);
  for (ComponentId id = 0; id < world.component_count(); ++id) {
    const Component& component = world.component(id);
    const bool named = zones.empty() && component.name() == name;
    const std::optional<ReplicaIndex> role =
        named && !member.empty() ? component.role(world, member) : std::nullopt;
    for (ReplicaIndex r = 0; r < component.replicas().size(); ++r) {
      const bool stands_there =
          std::find(zones.begin(), zones.end(), component.replicas()[r].place) != zones.end();
      const bool meant = named && (member.empty() || index_of(member) == r || role == r);
      if (stands_there || meant) result.emplace_back(id, r);
    }
  }
  return result;
}

std::optional<std::string> Address::problem(const World& world) const {
  if (is_place(world)) return std::nullopt;
  const auto [name, member] = parts_of(text);
  const Component* component = world.find(name);
  if (component == nullptr) return "names no component, region or zone";
  if (component->replicas().empty()) return "has no replicas to which anything could happen";
  if (member.empty() || component->has_role(member)) return std::nullopt;
  const auto index = index_of(member);
  if (!index) return "the part after the slash is neither a replica's number nor a role";
  if (*index >= component->replicas().size()) {
    return "there are " + std::to_string(component->replicas().size()) +
           " replicas, numbered from 0";
  }
  return std::nullopt;
}

}  // namespace faultline::models
