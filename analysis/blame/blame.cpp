#include "analysis/blame/blame.h"

#include <array>
#include <utility>

#include "models/workload/client.h"
#include "sim/check.h"

namespace faultline::analysis {

void Blame::attach(const models::World& world) {
  world_ = &world;
  for (models::ComponentId id = 0; id < world.component_count(); ++id) {
    is_workload_.push_back(dynamic_cast<const models::Client*>(&world.component(id)) != nullptr);
  }
}

void Blame::departed(const models::Attempt& attempt, models::ComponentId, sim::Time now,
                     std::optional<sim::Time>) {
  if (attempt.request) paths_.departed(attempt, now);
}

void Blame::arrived(const models::Attempt& attempt, sim::Time now) {
  if (attempt.request) paths_.arrived(attempt, now);
}

void Blame::answered(const models::Attempt& attempt, models::ComponentId, sim::Time now,
                     std::optional<sim::Time>) {
  if (attempt.request) paths_.answered(attempt, now);
}

void Blame::span(const models::Span& span) {
  if (span.request != 0) paths_.span(span);
}

void Blame::ended(const models::Attempt& attempt, sim::Time now) {
  if (!attempt.request) return;
  const models::CallSite& site = world_->call_sites()[attempt.site];
  if (attempt.parent) return paths_.ended(attempt, site.callee, now);
  if (!is_workload_[site.caller]) return;
  if (last_request_ != 0) put_by_[last_request_] = std::exchange(last_, {});
  last_.clear();
  last_request_ = attempt.request.id;
  paths_.divide(attempt, site.callee, now, last_);
}

void Blame::decided(const models::Request& request, models::ComponentId,
                    const models::Outcome& outcome, sim::Time now) {
  CHECK(last_request_ == request.id);
  last_request_ = 0;
  if (const auto earlier = put_by_.find(request.id); earlier != put_by_.end()) {
    last_.insert(last_.end(), earlier->second.begin(), earlier->second.end());
    put_by_.erase(earlier);
  }
  if (outcome.ok() && request.sent >= world_->warmup_end()) record(last_, now - request.sent);
}

void Blame::record(const Parts& parts, sim::Duration latency) {
  latency_.record(latency.ns);
  const std::size_t index = sim::Histogram::bucket_of(latency.ns);
  if (index >= buckets_.size()) buckets_.resize(index + 1);
  Bucket& bucket = buckets_[index];
  if (bucket.ns.empty()) bucket.ns.resize(is_workload_.size() * blame_kind_names.size());
  ++bucket.requests;
  bucket.latency_ns += latency.ns;
  std::int64_t sum = 0;
  for (const BlamePart& part : parts) {
    bucket.ns[part.column] += part.ns;
    sum += part.ns;
  }
  CHECK(sum == latency.ns);
}

BlameGroup Blame::group(std::string name, std::size_t first_bucket, std::int64_t from_ns) const {
  BlameGroup group;
  group.name = std::move(name);
  group.from = {from_ns};
  group.ns.resize(is_workload_.size() * blame_kind_names.size());
  for (std::size_t i = first_bucket; i < buckets_.size(); ++i) {
    const Bucket& bucket = buckets_[i];
    group.requests += bucket.requests;
    group.latency_ns += bucket.latency_ns;
    for (std::size_t column = 0; column < bucket.ns.size(); ++column) {
      group.ns[column] += bucket.ns[column];
    }
  }
  return group;
}

std::vector<BlameGroup> Blame::groups() const {
  constexpr std::array<std::pair<const char*, double>, 4> named = {
      {{"all", 0}, {"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}}};
  std::vector<BlameGroup> groups;
  for (const auto& [name, quantile] : named) {
    const auto from = latency_.quantile(quantile);
    if (from) groups.push_back(group(name, sim::Histogram::bucket_of(*from), *from));
  }
  return groups;
}

}  // namespace faultline::analysis
