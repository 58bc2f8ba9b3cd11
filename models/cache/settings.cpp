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
  fields.name({"origin",
               "The store behind it: misses are read there and writes go there; absent: callers "
               "fill it themselves."},
              Reference::component, origin);
  fields.choice_of(
      {"writes",
       "With an origin, how a write is done: there first and then here, there only "
       "while the value here is forgotten, or here while the origin hears of it later."},
      writes_words, writes);
  fields.duration(
      {"flush-interval", "Of `writes` back: how often a node hands what was written to the origin.",
       false, true},
      flush_interval, sim::Duration{1});
  fields.flag({"coalescing",
               "With an origin, whether those who miss the same key at one node wait for one read.",
               false, true},
              coalescing);
  fields.duration(
      {"stale-if-error",
       "With an origin, how long after its `ttl` a value is still given when a read has failed.",
       false, true},
      stale_if_error);
  fields.count({"copies", "On how many nodes a key is, each of which can answer for it."}, copies,
               {1, 100});
  fields.count({"write-quorum",
                "How many copies must have a change before it is acknowledged; absent: all."},
               write_quorum, {1, 100});
  fields.choice_of(
      {"read-from", "Which copy callers read: the first that is up, or any.", false, true},
      read_from_words, read_from);
  fields.distribution(
      {"resync-time",
       "How long a node that comes back takes to get its copies, before it is asked.", false, true},
      resync_time);
  fields.duration(
      {"detection", "How long callers are still sent to a node that is down.", false, true},
      detection);
  fields.count({"hot-keys",
                "Of how many keys reads are counted, so that the most read one is known; absent: "
                "of none."},
               hot_keys, {1, 1'000'000});
  fields.nested({"call", "Timeout and retries towards the origin and other copies."}, "call", call);
  check(fields);
}

void CacheSettings::check(Fields& fields) const {
  if (ttl_jitter > 0 && !ttl) fields.reject("ttl-jitter", "needs a `ttl` that it could vary");
  if (stale_if_error.ns > 0 && !ttl) fields.reject("stale-if-error", "needs a `ttl`");
  if (copies > hosting.replicas) {
    fields.reject("copies", "expected at most as many as there are `replicas`");
  }
  if (write_quorum && *write_quorum > copies) {
    fields.reject("write-quorum", "expected at most as many as there are `copies`");
  }
  if (copies > 1 && on_node_down == OnNodeDown::rehash) {
    fields.reject("on-node-down", "with `copies`, these stand in: expected \"stay\"");
  }
  if (!origin.empty()) return;
  if (writes != Writes::through) fields.reject("writes", "needs an `origin` to write to");
  if (stale_if_error.ns > 0) fields.reject("stale-if-error", "needs an `origin` to read from");
}

}  // namespace faultline::models
