// Program: the steps of all endpoints of a service, flat, for execution.
//
// Every step of a scenario becomes one to three instructions; `next` leads from one to its
// successor, so that a hit in the cache skips the store. Branches of a `parallel` are programs of
// their own that end in `end`. Immutable once compiled: clones share it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/ids.h"
#include "models/policy.h"
#include "models/service/steps.h"
#include "sim/distribution.h"

namespace faultline::models {

enum class Verb : std::uint8_t {
  acquire,  // a worker, with no work yet
  sample,   // requests that are not of the sample go to `skip`
  compute,
  call,
  look_up,  // in the cache; a hit goes to `skip`
  read,
  fill,  // the cache with what was read
  write,
  invalidate,
  publish,
  fork,
  respond,
  end,
};

enum class KeyOf : std::uint8_t { request, user, derived };

struct Instruction {
  Verb verb = Verb::end;
  KeyOf key_of = KeyOf::request;
  bool optional = false;      // a failure degrades
  bool wait = true;           // for the answer
  bool own_endpoint = false;  // asks for what it was asked for itself
  bool own_bytes = false;     // sends on as much as it was sent
  bool needs_cache = false;   // look_up: a cache that cannot be asked is a failure
  bool hands_over = false;    // fork: its branches compute, so they get the worker
  CallSiteId site = 0;
  EndpointId endpoint = 0;
  std::uint32_t step = 0;  // within its endpoint; keys its draws
  std::uint32_t skip = 0;  // look_up: where to go after a hit; sample: where, otherwise
  double sampling = 1;
  std::uint32_t first_branch = 0;  // fork: into `branches`
  std::uint32_t branch_count = 0;
  std::uint64_t key_salt = 0;
  sim::Distribution law;  // ns of compute, bytes of a body
};

struct Program {
  std::vector<Instruction> code;
  std::vector<std::uint32_t> branches;                // where each begins
  std::vector<std::optional<std::uint32_t>> entries;  // by endpoint
  std::optional<std::uint32_t> any;                   // for endpoints without an entry

  std::optional<std::uint32_t> entry(EndpointId endpoint) const {
    if (endpoint < entries.size() && entries[endpoint]) return entries[endpoint];
    return any;
  }
};

// What compiling needs of the world.
struct Linker {
  std::function<CallSiteId(const std::string& callee, const CallPolicy& policy)> call_site;
  std::function<EndpointId(std::string_view name)> endpoint;
};

// `holds_worker`: requests occupy a worker from their arrival to their answer.
Program compile(const Endpoints& endpoints, bool holds_worker, const Linker& linker);

}  // namespace faultline::models
