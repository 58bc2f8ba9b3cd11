#include "models/edge/dns/settings.h"

#include <algorithm>
#include <array>
#include <set>

namespace faultline::models {
namespace {

constexpr std::array<std::string_view, 5> policy_words = {"simple", "round-robin", "weighted",
                                                          "geo", "failover"};

constexpr sim::Duration a_little{1};

}  // namespace

void StubSettings::describe(Fields& fields) {
  fields.duration({"browser", "A browser keeps what it was told for so long, whatever the `ttl`."},
                  browser);
  fields.ratio({"stragglers", "Share of clients that ignore the `ttl`."}, stragglers);
  fields.distribution({"hold", "How long stragglers keep an address; absent: for ever."}, hold);
  fields.count({"clients", "Clients whose memory is kept; the least recent of more forget."},
               clients, {1, 100'000'000});
  if (hold && stragglers == 0) fields.reject("hold", "goes with `stragglers` above 0");
}

void ServeStaleSettings::describe(Fields& fields) {
  fields.duration({"for", "How long after its `ttl` an answer may still be given."}, keep,
                  a_little);
  fields.duration({"after", "How long a resolver tries to do better before it gives it."}, after,
                  a_little);
  fields.duration({"ttl", "How long it is then good, and how long until the next try."}, ttl,
                  a_little);
}

std::vector<std::string> DnsSettings::components() const {
  return answers.empty() ? addresses : std::vector{answers};
}

void DnsSettings::describe(Fields& fields) {
  hosting.describe(fields);
  fields.name({"answers", "The component the name stands for."}, Reference::address, answers);
  fields.names({"addresses", "The components the name stands for, in order, if there are several."},
               Reference::address, addresses);
  fields.flag({"each-replica",
               "Every replica has an address of its own; otherwise one address leads to all that "
               "live."},
              each_replica);
  fields.flag({"refers", "It has no address, but servers that refer to those of names under it."},
              refers);
  fields.choice_of({"policy", "Which address its servers give."}, policy_words, policy);
  fields.weights(
      {"weights", "Of every address, under policy weighted; absent: all alike.", false, true},
      weights);
  fields.nested(
      {"health-check", "How its servers find out which addresses are dead; absent: not at all."},
      "health-check", health_check);
  fields.name(
      {"under", "The name above it, whose servers know its own; absent: resolvers know them."},
      Reference::dns, under);
  fields.duration({"ttl", "How long a resolver may keep an answer or referral.", false, true}, ttl);
  fields.distribution({"query-time", "Of an authoritative server, per query."}, query_time);
  fields.flag({"anycast", "A resolver asks the nearest server first; otherwise the first."},
              anycast);
  fields.count({"resolvers", "How many resolvers share the clients of each place."}, resolvers,
               {1, 10'000});
  fields.duration({"resolver-latency", "From a caller to its resolver and back."},
                  resolver_latency);
  fields.duration({"query-timeout", "Of a resolver, before it asks the next server."},
                  query_timeout, a_little);
  fields.count({"tries", "Of a resolver, before it reports failure."}, tries, {1, 100});
  fields.nested({"serve-stale",
                 "What a resolver does with an old answer when it gets no new one; absent: "
                 "nothing."},
                "serve-stale", serve_stale);
  fields.nested({"stub", "What clients remember by themselves; absent: nothing."}, "stub", stub);
  check_addresses(fields);
}

void DnsSettings::check_addresses(Fields& fields) const {
  const int given = (answers.empty() ? 0 : 1) + (addresses.empty() ? 0 : 1) + (refers ? 1 : 0);
  if (given != 1) return fields.reject("", "exactly one of answers, addresses and refers");
  const std::vector<std::string> names = components();
  const std::set<std::string> known(names.begin(), names.end());
  if (known.size() < names.size()) return fields.reject("addresses", "every address only once");
  const bool several = names.size() > 1 || each_replica;
  if (several && policy == DnsPolicy::simple) {
    return fields.reject("", "several addresses need a `policy` other than simple");
  }
  if (health_check && policy == DnsPolicy::simple) {
    return fields.reject("health-check", "goes with a `policy` other than simple");
  }
  if (policy == DnsPolicy::failover && !health_check) {
    return fields.reject("policy", "failover goes with a `health-check`");
  }
  if (weights.empty()) return;
  if (policy != DnsPolicy::weighted) return fields.reject("weights", "goes with policy weighted");
  for (const auto& [name, weight] : weights) {
    if (!known.contains(name)) return fields.reject("weights", name + " is none of the addresses");
  }
  if (weights.size() < known.size()) fields.reject("weights", "every address needs one, or 0");
}

}  // namespace faultline::models
