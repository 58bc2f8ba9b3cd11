#include "models/edge/dns/dns.h"
#include "models/world.h"

namespace faultline::models {

void Dns::measure(const World& world, sim::Metrics& metrics) const {
  Component::measure(world, metrics);
  metrics.rate(
      {"resolutions_per_s", "1/s", "Tries of callers that needed the address, per second."},
      resolutions_);
  metrics.counter({"resolutions", "resolutions", "Callers that asked for the address."},
                  resolutions_);
  metrics.ratio({"stub_hit_ratio", "0..1", "Share answered from a client's own memory."},
                stub_hits_, resolutions_);
  metrics.ratio({"resolver_hit_ratio", "0..1",
                 "Share answered from a resolver's memory, of what reached one."},
                hits_, asked_);
  metrics.counter({"unresolved", "resolutions", "Callers that were given no address."},
                  unresolved_);
  metrics.times({"resolution_ms", "ms", "From a caller's asking to its address, if not its own."},
                resolution_time_);
  metrics.ratio({"dead_address_share", "0..1",
                 "Share of addresses given, also from memory, at which nothing was up."},
                dead_, given_);
  metrics.counter(
      {"stale_answers", "resolutions", "Callers that got an answer whose time to live was over."},
      stale_);
  metrics.counter({"queries", "queries", "Queries sent to its servers."}, queries_);
  metrics.counter({"resolution_failures", "failures", "Resolutions given up by a resolver."},
                  failures_);
  metrics.level({"unhealthy", "addresses", "Addresses believed dead, over all servers."},
                unhealthy_.mark(world.now()));
  metrics.counter({"health_checks_failed", "checks", "Health checks without a good answer."},
                  failed_checks_);
}

}  // namespace faultline::models
