// Steps: what a service does for a request, as a scenario says it.
//
// A step has exactly one verb. Those that call another component do so under a policy of their own,
// and may be optional: when such a call fails, the answer is degraded and the work goes on.
//
//   compute    work on a worker, at speed 1
//   call       an endpoint of another component
//   read       the object under the key from a store; with `cache`, the cache is asked first, and
//              on a miss the store is read and the cache filled; and, unless `cache-down` says
//              fail, when the cache cannot be reached
//   write      the object under the key to a store; with `invalidate`, a cache then forgets it
//              (with `memory`, a replica asks what it remembers itself before it reads, and forgets
//              what it writes)
//   publish    a message to a queue
//   parallel   lists of steps side by side, joined when all have ended
//   respond    how large the answer's body is
//
// With `sampling` a step is done for a share of the requests, the same ones wherever it is said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/fields.h"
#include "models/policy.h"
#include "sim/distribution.h"

namespace faultline::models {

enum class Fill : std::uint8_t { async, wait };
enum class CacheDown : std::uint8_t { bypass, fail };

struct StepSettings {
  std::optional<sim::Distribution> compute;
  std::string call;  // names: empty when absent
  std::string read;
  std::string write;
  std::string publish;
  std::vector<std::vector<StepSettings>> parallel;
  std::optional<sim::Distribution> respond;  // bytes

  std::string endpoint;  // of `call`; empty: the one the request itself is for
  std::optional<sim::Distribution> bytes;
  std::string key = "request";
  std::string cache;       // of `read`
  std::string invalidate;  // of `write`
  bool memory = false;     // of `read` and `write`
  std::optional<Fill> fill;
  std::optional<CacheDown> cache_down;
  std::optional<CallPolicy> policy;
  std::optional<CallPolicy> cache_policy;
  bool optional = false;
  double sampling = 1;

  void describe(Fields& fields);

 private:
  std::size_t verbs() const;
  void check(Fields& fields) const;
};

using Steps = std::vector<StepSettings>;
using Endpoints = std::map<std::string, Steps>;

void describe_endpoints(Fields& fields, Endpoints& endpoints);

}  // namespace faultline::models
