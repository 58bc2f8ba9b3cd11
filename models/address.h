// Address: what a timeline entry names: `web` (all replicas), `web/0` (one), `db/leader` (a role,
// resolved when the entry acts), `us-east` (a region), `us-east/a` (a zone).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/ids.h"

namespace faultline::models {

class World;

struct Address {
  std::string text;

  // The replicas meant, now, in order of component and index. A zone or region means every replica
  // that stands there.
  std::vector<std::pair<ComponentId, ReplicaIndex>> replicas(const World& world) const;
  // It names a region or a zone.
  bool is_place(const World& world) const;
  // It names a component, with or without replica or role.
  std::optional<ComponentId> component(const World& world) const;
  // What is wrong with it in this world; nullopt when it means something.
  std::optional<std::string> problem(const World& world) const;
};

}  // namespace faultline::models
