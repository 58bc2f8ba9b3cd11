#include "models/edge/cdn/settings.h"

#include <array>

namespace faultline::models {
namespace {

constexpr std::array<std::string_view, 3> fallback_words = {"edge", "origin", "edge-then-origin"};

}  // namespace

void CdnSettings::describe(Fields& fields) {
  hosting.describe(fields);
  fields.name({"origin", "The component that has all objects.", true}, Reference::component,
              origin);
  fields.texts({"cacheable",
                "Endpoints whose answers may be kept; absent: of all requests that do not write."},
               cacheable);
  fields.bytes({"capacity", "What fits into one edge, one fixed size.", true}, capacity);
  fields.duration(
      {"ttl", "How long after its fetch an object is fresh; absent: for ever.", false, true}, ttl,
      sim::Duration{1});
  fields.duration(
      {"stale-while-revalidate",
       "How much longer it is still handed out at once, while the edge fetches it anew.", false,
       true},
      stale_while_revalidate);
  fields.duration(
      {"stale-if-error",
       "How long after it was fresh it is still handed out when a fetch has failed.", false, true},
      stale_if_error);
  fields.flag(
      {"coalescing", "Whether those who miss the same object at one edge wait for one fetch.",
       false, true},
      coalescing);
  fields.name(
      {"shield", "The zone whose edges fetch for all others; absent: every edge asks the origin."},
      Reference::zone, shield);
  fields.duration(
      {"invalidation-delay", "From an invalidation until it has reached all edges.", false, true},
      invalidation_delay);
  fields.count({"release",
                "Number of the release whose URLs are asked for: set anew, the objects that it "
                "changes have new ones.",
                false, true},
               release, {0, 1'000'000});
  fields.ratio({"changes", "Share of the objects that a release changes."}, changes);
  fields.duration(
      {"detection", "How long callers are still sent to an edge that is down.", false, true},
      detection);
  fields.choice_of(
      {"fallback",
       "Where callers turn when their edge is out: to the next edge, to the origin, or to the "
       "next edge and, when none is left, to the origin.",
       false, true},
      fallback_words, fallback);
  fields.distribution({"service-time", "Of an edge, for each request.", false, true}, service_time);
  fields.count({"workers", "Requests of one edge in service at once; absent: no limit."}, workers,
               {1, 1'000'000});
  fields.nested({"call", "Timeout and retries towards the origin and the shield."}, "call", call);
  check(fields);
}

void CdnSettings::check(Fields& fields) const {
  const auto bytes = capacity.constant_value();
  if (!bytes || *bytes < 1) fields.reject("capacity", "expected one size of at least 1B");
}

}  // namespace faultline::models
