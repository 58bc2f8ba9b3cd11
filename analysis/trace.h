// Trace: sampled requests as Chrome trace events (JSON), to be opened in Perfetto or about:tracing.
//
// Every sampled request is a process of its own, every component it passes a thread in it: a slice
// per hop and way, a slice for the stay at the component, and within it waiting and service apart.
// Times are microseconds of simulated time. Which requests are sampled depends on their identity
// alone, so that the same ones are traced in a variant.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "analysis/atomic_file.h"
#include "models/observer.h"
#include "models/world.h"

namespace faultline::analysis {

class Trace final : public models::Observer {
 public:
  // One of `one_in` requests (>= 1) is traced. Throws WriteError.
  Trace(const std::filesystem::path& file, std::uint64_t one_in);

  void attach(const models::World& world) { world_ = &world; }
  // Throws WriteError.
  void finish();

  void departed(const models::Attempt&, models::ComponentId from, sim::Time now,
                std::optional<sim::Time> arrives) override;
  void arrived(const models::Attempt&, sim::Time now) override;
  void answered(const models::Attempt&, models::ComponentId to, sim::Time now,
                std::optional<sim::Time> arrives) override;
  void gave_up(const models::Attempt&, sim::Time now) override;
  void span(const models::Span& span) override;
  void decided(const models::Request&, models::ComponentId by, const models::Outcome&,
               sim::Time now) override;

 private:
  bool sampled(std::uint64_t request) const;
  void slice(std::uint64_t request, models::ComponentId thread, const std::string& name,
             const char* category, sim::Time begin, sim::Time end, const models::Attempt* attempt);
  void instant(std::uint64_t request, models::ComponentId thread, const std::string& name,
               sim::Time at);
  void separate();
  const std::string& name_of(models::ComponentId id) const;

  AtomicFile file_;
  std::uint64_t one_in_;
  const models::World* world_ = nullptr;
  bool first_ = true;
  std::map<std::pair<std::uint32_t, std::uint32_t>, sim::Time> arrived_;  // by attempt
};

}  // namespace faultline::analysis
