// An object store's transfers against the theory of processor sharing.
//
// Source: Kleinrock, "Queueing Systems", vol. 2 (1976), 4.4.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/object_store/object_store.h"
#include "tests/theory/lab.h"
#include "tests/theory/validation.h"

namespace faultline::theory::object_store_theory_test {
namespace {

using namespace models;

// Transfers of s bits at rate L share the bandwidth B: they take s / (B - L s) on average, whatever
// the law of their sizes. A lognormal and a constant law of the same mean, 1 MB at 800 Mbit/s,
// which is 10 ms alone.
TEST(ObjectStoreTheory, TransfersTakeAsLongAsProcessorSharingSays) {
  constexpr double alone_ms = 10;
  constexpr double load = 0.63;
  const std::pair<std::string, sim::Distribution> laws[] = {
      {"constant", sim::Distribution::constant(1e6)},
      {"lognormal, cv 1.5", sim::Distribution::lognormal(1e6, 1.5)}};
  for (const auto& [name, law] : laws) {
    Lab lab(77);
    auto store = std::make_unique<ObjectStore>("files");
    store->settings.bandwidth = 800e6;
    store->settings.bytes = law;
    lab.add(std::move(store));
    auto users = poisson(load / alone_ms, "files");
    users->settings.keys.objects = 1'000'000'000;
    lab.add(std::move(users));
    lab.run(400'000);
    Validation transfers({Topic::objects, "Transfers that share a node, " + name,
                          "1 MB on average at 800 Mbit/s, load 0.63", "Kleinrock 1976, 4.4"});
    transfers.holds("mean time of a transfer, ms", "S / (B - L S)", alone_ms / (1 - load),
                    mean_of(lab.latencies_ms()));
  }
}

}  // namespace
}  // namespace faultline::theory::object_store_theory_test
