// Blame: what the users' time went to, of all their requests and of the slow ones.
//
// Of what `latency_ms` of a result counts: requests issued after the warm-up that succeeded. Sums
// per component and kind are kept for every bucket of latency (sim/histogram.h), and no request is:
// memory does not grow with simulated time. "From p99" is the requests in the bucket of the 99th
// percentile and in those above it: their latency is at least p99, less 1.6 % at most.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/blame/paths.h"
#include "models/observer.h"
#include "models/world.h"
#include "sim/histogram.h"

namespace faultline::analysis {

// The requests from some latency on, and the sums of their parts.
struct BlameGroup {
  std::string name;  // "all", "p50", ...
  std::uint64_t requests = 0;
  sim::Duration from{};          // where it begins: the percentile; of all the minimum
  std::int64_t latency_ns = 0;   // of all its requests together
  std::vector<std::int64_t> ns;  // by blame_column
};

class Blame final : public models::Observer {
 public:
  // The world that is observed, before it runs.
  void attach(const models::World& world);

  // "all", "p50", "p95" and "p99"; nothing where no request was decided.
  std::vector<BlameGroup> groups() const;

  void departed(const models::Attempt&, models::ComponentId from, sim::Time now,
                std::optional<sim::Time> arrives) override;
  void arrived(const models::Attempt&, sim::Time now) override;
  void answered(const models::Attempt&, models::ComponentId to, sim::Time now,
                std::optional<sim::Time> arrives) override;
  void ended(const models::Attempt&, sim::Time now) override;
  void span(const models::Span&) override;
  void decided(const models::Request&, models::ComponentId by, const models::Outcome&,
               sim::Time now) override;

 private:
  using Parts = std::vector<BlamePart>;
  struct Bucket {
    std::uint64_t requests = 0;
    std::int64_t latency_ns = 0;
    std::vector<std::int64_t> ns;  // by blame_column; empty as long as it holds nothing
  };

  void record(const Parts& parts, sim::Duration latency);
  BlameGroup group(std::string name, std::size_t first_bucket, std::int64_t from_ns) const;

  const models::World* world_ = nullptr;
  std::vector<bool> is_workload_;  // by component
  Paths paths_;
  // Of the call of a user that ended last. It decides its request at once, unless another call
  // follows, for which its parts are put by.
  std::uint64_t last_request_ = 0;
  Parts last_;
  std::map<std::uint64_t, Parts> put_by_;  // by request
  sim::Histogram latency_;
  std::vector<Bucket> buckets_;  // as the histogram's
};

}  // namespace faultline::analysis
