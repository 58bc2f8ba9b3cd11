// OtlpSpans: sampled requests as spans of OpenTelemetry, in one ExportTraceServiceRequest as JSON
// (OTLP 1.x, protobuf's JSON mapping with ids in hex), which Jaeger and collectors take in.
//
// A trace per request: a span for the request itself, which its workload made; within it one of
// kind CLIENT for every try, from its departure until its answer was in or its caller gave up; in
// each of these one of kind SERVER, the stay at the callee; in that, waiting and service as they
// were measured, and the tries that the callee made in turn. A service is a component. Times count
// from the epoch of epoch.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/atomic_file.h"
#include "models/observer.h"
#include "models/world.h"

namespace faultline::analysis {

class OtlpSpans final : public models::Observer {
 public:
  // One of `one_in` requests (>= 1) is written. Throws WriteError.
  OtlpSpans(const std::filesystem::path& file, std::uint64_t one_in);

  void attach(const models::World& world) { world_ = &world; }
  // Throws WriteError.
  void finish();

  void arrived(const models::Attempt&, sim::Time now) override;
  void answered(const models::Attempt&, models::ComponentId to, sim::Time now,
                std::optional<sim::Time> arrives) override;
  void ended(const models::Attempt&, sim::Time now) override;
  void gave_up(const models::Attempt&, sim::Time now) override;
  void span(const models::Span& span) override;
  void decided(const models::Request&, models::ComponentId by, const models::Outcome&,
               sim::Time now) override;

 private:
  enum class Kind : std::uint8_t { internal = 1, server = 2, client = 3 };
  struct Written {
    std::uint64_t request;
    std::uint64_t id;
    std::uint64_t parent;  // 0: none
    models::ComponentId component;
    Kind kind;
    std::string name;
    sim::Time begin;
    sim::Time end;
    models::Status status = models::Status::ok;
    std::string attributes{};  // JSON objects, separated by commas
  };

  // A sampled try.
  struct Try {
    std::uint32_t generation = 0;
    std::optional<sim::Time> arrived{};
    bool given_up = false;
    std::optional<Written> answer{};  // under way, unless the caller gives up before it is in
  };

  // Of a record that was used again the last use ends here.
  Try& try_of(sim::Handle attempt);
  void write_answer(Try& ended);
  void write(const Written& span);
  Written client_span(const models::Attempt& attempt, sim::Time end, models::Status status) const;

  AtomicFile file_;
  std::uint64_t one_in_;
  const models::World* world_ = nullptr;
  bool first_ = true;
  std::uint64_t parts_ = 0;             // spans within stays so far
  std::map<std::uint32_t, Try> tries_;  // by the slot of the attempt
};

}  // namespace faultline::analysis
