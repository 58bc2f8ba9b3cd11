#include "models/edge/balancer/settings.h"

#include <array>
#include <charconv>

namespace faultline::models {
namespace {

constexpr std::array<std::string_view, 7> policy_words = {
    "round-robin",         "weighted",     "random",         "least-connections",
    "least-response-time", "power-of-two", "consistent-hash"};
constexpr std::array<std::string_view, 2> hash_by_words = {"key", "user"};

constexpr sim::Duration a_little{1};

}  // namespace

std::optional<std::uint64_t> replica_of(const std::string& address, const std::string& component) {
  if (!address.starts_with(component + "/")) return std::nullopt;
  const char* begin = address.data() + component.size() + 1;
  const char* end = address.data() + address.size();
  std::uint64_t replica = 0;
  const auto [stopped, error] = std::from_chars(begin, end, replica);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return replica;
}

void EjectionSettings::describe(Fields& fields) {
  fields.count({"errors", "Errors in a row that eject a backend."}, errors, {1, 1000});
  fields.duration({"base", "How long the first ejection lasts; the n-th in a row n times that."},
                  base, a_little);
  fields.duration({"max", "The longest ejection."}, max, a_little);
  fields.ratio({"max-share", "Once so large a share of the backends is ejected, no more are."},
               max_share);
  fields.duration({"forgive-after", "For each such time without ejection, one is forgotten."},
                  forgive_after, a_little);
  if (max < base) fields.reject("max", "must be at least `base`");
  if (max_share <= 0) fields.reject("max-share", "expected a share above 0");
}

void SessionSettings::describe(Fields& fields) {
  fields.flag({"sticky", "Requests of a user go where their session is."}, sticky);
  fields.duration({"idle", "Without a request for so long, a session is over."}, idle, a_little);
}

void ConnectionBinding::describe(Fields& fields) {
  fields.duration({"idle", "Without a request for so long, a connection is closed."}, idle,
                  a_little);
}

void SlowStartSettings::describe(Fields& fields) {
  fields.duration({"window", "How long a new backend takes to its full weight."}, window, a_little);
  fields.ratio({"from", "The share of its weight that it begins with."}, floor);
  if (floor <= 0) fields.reject("from", "expected a share above 0");
}

void BalancerRegistrySettings::describe(Fields& fields) {
  fields.duration({"delay", "From a change of a backend's state until it is known."}, delay);
}

void BalancerCapacitySettings::describe(Fields& fields) {
  fields.rate({"rate", "Requests that one replica takes per second, evenly."}, rate);
  fields.count({"workers", "Of one replica, that compute."}, workers, {1, 1'000'000});
  fields.distribution({"compute", "Work for one request, instead of `rate`."}, compute);
  fields.count({"backlog", "Requests of one replica that may wait; absent: no limit."}, backlog);
  if ((rate > 0) == compute.has_value()) {
    fields.reject("", "exactly one of rate, above 0, and compute");
  }
}

sim::Distribution BalancerCapacitySettings::work() const {
  return compute ? *compute : sim::Distribution::constant(sim::Duration::from_seconds(1 / rate));
}

void LoadBalancerSettings::describe(Fields& fields) {
  hosting.describe(fields);
  fields.name({"backends", "The component whose replicas share the load.", true},
              Reference::address, backends);
  describe_policy(fields);
  fields.nested({"sharding", "Which backends serve which user; absent: all of them."}, "sharding",
                sharding);
  fields.nested({"health-check", "How dead backends are found out; absent: not at all."},
                "health-check", health_check);
  fields.nested({"ejection", "What errors in a row lead to; absent: nothing."}, "ejection",
                ejection);
  fields.ratio(
      {"panic-below", "When a smaller share of the backends than this is well, all count as well."},
      panic_below);
  fields.nested({"slow-start", "How a new backend gets its load; absent: all of it at once."},
                "slow-start", slow_start);
  fields.nested(
      {"registry", "How it knows which backends there are; absent: all, but for those that drain."},
      "registry", registry);
  fields.nested({"sessions", "Backends keep sessions in memory; absent: they keep none."},
                "sessions", sessions);
  fields.nested({"connections",
                 "It places connections (layer 4) with all their requests; absent: each request."},
                "connections", connections);
  fields.nested({"capacity", "What requests cost the balancer itself; absent: nothing."},
                "capacity", capacity);
  fields.nested({"call", "Timeout and retries towards a backend."}, "call", call);
  fields.flag({"retry-elsewhere", "A retry goes to another backend than the try before."},
              retry_elsewhere);
  check_policy(fields);
  check_connections(fields);
  if (retry_elsewhere && !call.retries) {
    fields.reject("retry-elsewhere", "goes with retries of `call`");
  }
  if (slow_start && !registry && !health_check) {
    fields.reject("slow-start", "goes with a `registry` or `health-check`, which say who is new");
  }
}

void LoadBalancerSettings::describe_policy(Fields& fields) {
  fields.choice_of({"policy", "Which backend gets a request.", false, true}, policy_words, policy);
  fields.weights({"weights", "Of every backend, by its address; absent: all alike.", false, true},
                 weights);
  fields.duration({"load-figures-every",
                   "How often all learn how much each backend holds; absent: each goes by what it "
                   "has outstanding itself, now."},
                  figures_every, sim::Duration::from_seconds(0.001));
  fields.duration({"response-time-memory",
                   "Of least-response-time: an answer this old weighs 1/e of a new one."},
                  response_time_memory, a_little);
  fields.choice_of({"hash-by", "What consistent-hash goes by."}, hash_by_words, hash_by);
  fields.count({"virtual-nodes", "Points of one backend on the ring of consistent-hash."},
               virtual_nodes, {1, 10'000});
}

void LoadBalancerSettings::check_policy(Fields& fields) const {
  const bool hashes = policy == Policy::consistent_hash;
  if (!weights.empty() && (hashes || policy == Policy::round_robin)) {
    fields.reject("weights", "goes with a policy other than round-robin and consistent-hash");
  }
  if (policy == Policy::weighted && weights.empty()) {
    fields.reject("policy", "weighted goes with `weights`");
  }
  for (const auto& [address, weight] : weights) {
    if (!replica_of(address, backends)) {
      fields.reject("weights", address + " is no address of a backend, such as " + backends + "/0");
    }
  }
  const bool by_load = policy == Policy::least_connections || policy == Policy::power_of_two;
  if (figures_every && !by_load) {
    fields.reject("load-figures-every", "goes with policy least-connections or power-of-two");
  }
  if (slow_start && hashes) {
    fields.reject("slow-start", "goes with a policy other than consistent-hash");
  }
}

// Who passes on bytes sees neither requests nor cookies.
void LoadBalancerSettings::check_connections(Fields& fields) const {
  if (!connections) return;
  if (call.timeout || call.retries) {
    fields.reject("call", "a balancer of connections neither times out nor retries requests");
  }
  if (sessions && sessions->sticky) {
    fields.reject("sessions", "a balancer of connections sees no cookies: `sticky` must be false");
  }
  if (policy == Policy::least_response_time) {
    fields.reject("policy", "least-response-time goes by requests, not connections");
  }
}

}  // namespace faultline::models
