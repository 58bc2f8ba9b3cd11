// Shows that what the time of requests is said to have gone to adds up to their latency, whatever
// the architecture and whatever befalls it.
#include "analysis/blame/blame.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "analysis/world_snapshot.h"
#include "tests/properties/for_all_recipes.h"
#include "tests/properties/random_architecture.h"

namespace faultline::properties::blame_test {
namespace {

// Of each request that is checked by Blame itself; of all together it is the ledgers' latency.
TEST(Blame, AddsUpToTheLatencyThatUsersFelt) {
  for_all_recipes({.seed = 501, .draws = 40}, [](const Recipe& recipe) {
    const auto world = RandomArchitecture(recipe).make_world(recipe.seed);
    analysis::Blame blame;
    blame.attach(*world);
    world->observe(&blame);
    world->run_until(horizon);
    const sim::Histogram felt = analysis::measured_ledger(*world).latency();
    for (const analysis::BlameGroup& group : blame.groups()) {
      const auto parts = std::accumulate(group.ns.begin(), group.ns.end(), std::int64_t{0});
      if (parts != group.latency_ns) {
        return fmt::format("{}: {} of {} ns", group.name, parts, group.latency_ns);
      }
      for (const std::int64_t ns : group.ns) {
        if (ns < 0) return group.name + ": a part is negative";
      }
      if (group.name != "all") continue;
      if (group.requests != felt.count() || felt.sum() != group.latency_ns) {
        return std::string("not the latency that the ledgers know");
      }
    }
    return std::string();
  });
}

}  // namespace
}  // namespace faultline::properties::blame_test
