#include "models/cache/settings.h"

namespace faultline::models {

void CacheSettings::describe(Fields& fields) {
  hosting.describe(fields);
  fields.count({"capacity", "Objects that fit into one node.", true}, capacity, {1, 1'000'000'000});
  fields.choice_of({"eviction",
                    "Which value goes when a node is full: the least recently used, the least "
                    "frequently used, or the one that came first."},
                   eviction_words, eviction);
  fields.choice_of({"distribution", "How keys are spread over nodes."}, spread_words, spread);
  fields.count({"virtual-nodes", "Points of one node on the ring."}, virtual_nodes, {1, 10'000});
  fields.choice_of(
      {"on-node-down", "Where callers look for the keys of a node that is not up.", false, true},
      on_node_down_words, on_node_down);
  fields.duration(
      {"ttl", "How long after its storing a value is good; absent: for ever.", false, true}, ttl,
      sim::Duration{1});
  fields.ratio({"ttl-jitter",
                "The share of `ttl` by which the age that a value reaches is longer or shorter, "
                "drawn evenly at each storing.",
                false, true},
               ttl_jitter);
  fields.distribution({"service-time", "Of one operation.", false, true}, service_time);
  fields.count({"workers", "Operations of one node in service at once; absent: no limit."}, workers,
               {1, 1'000'000});
  fields.count({"prefill", "Keys 1 to this are there from the start."}, prefill,
               {0, 1'000'000'000});
  check(fields);
}

void CacheSettings::check(Fields& fields) const {
  if (ttl_jitter > 0 && !ttl) fields.reject("ttl-jitter", "needs a `ttl` that it could vary");
}

}  // namespace faultline::models
