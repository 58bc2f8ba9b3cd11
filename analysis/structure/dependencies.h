// Dependencies: who asks whom in a scenario, and whose loss alone leaves users without an answer.
//
// Single point   a replica, or a place (zone, region) with all that stands in it, without which no
//                request of a kind is answered; found by taking it away (ways.h)
// Fewest         replicas whose loss together cuts a kind of request off; of zones, the smallest
//                sets of up to three, by trying all
// Not modelled   loss of capacity: what is left is held to be enough (see traffic.h for how much it
//                carries), and to be found by its callers in time
#pragma once

#include <string>
#include <vector>

#include "analysis/structure/ways.h"

namespace faultline::analysis {

struct CallLine {
  std::string caller;
  std::string callee;
  std::string what;  // "read db"
  double share = 1;  // of the caller's requests of this kind
  bool needed = true;
  bool waited = true;
  auto operator<=>(const CallLine&) const = default;
};

struct KindOfRequest {
  std::string workload;
  std::string endpoint;
  double share = 1;  // of the workload's requests
  std::vector<ReplicaGroup> passes;
  std::vector<ReplicaKey> single_replicas;
  std::vector<std::string> single_components;  // whose replicas together are a single point
  std::vector<std::string> single_zones;
  std::vector<std::string> single_regions;
  std::vector<ReplicaKey> fewest_replicas;             // empty: nothing can cut it off
  std::vector<std::vector<std::string>> fewest_zones;  // all sets of the smallest size up to 3
  std::vector<std::pair<std::string, double>> needed_by_some;  // component, share
};

struct Dependencies {
  std::vector<CallLine> calls;
  std::vector<KindOfRequest> kinds;
  std::vector<std::string> not_needed;  // components that no answer needs
  std::size_t zones = 0;
};

Dependencies find_dependencies(const WorkPlans& plans, const models::World& world);

std::string name_of(const ReplicaKey& replica);  // "web/0"
// "users GET /", or "users" where a workload names no endpoint.
std::string name_of(const KindOfRequest& kind);

}  // namespace faultline::analysis
