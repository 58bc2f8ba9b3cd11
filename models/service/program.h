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
  recall,   // from the replica's own memory; what is remembered goes to `skip`
  look_up,  // in the cache; a hit goes to `skip`
  read,
  fill,      // the cache with what was read
  remember,  // what was read
  forget,    // what was written
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
  std::uint32_t skip = 0;  // recall, look_up: where to go after a hit; sample: where, otherwise
  std::uint32_t end = 0;   // of a read: where to go when it has failed
  double sampling = 1;
  std::uint32_t first_branch = 0;  // fork: into `branches`
  std::uint32_t branch_count = 0;
  std::uint64_t key_salt = 0;
  std::uint64_t store_salt = 0;  // recall, remember, forget: tells the objects of stores apart
  sim::Distribution law;         // ns of compute, bytes of a body
};

struct Program {
  std::vector<Instruction> code;
  std::vector<std::uint32_t> branches;  // where each begins
  struct Entries {
    std::vector<std::optional<std::uint32_t>> of;  // by endpoint
    std::optional<std::uint32_t> any;              // for endpoints without one

    std::optional<std::uint32_t> operator[](EndpointId endpoint) const {
      return endpoint < of.size() && of[endpoint] ? of[endpoint] : any;
    }
  };
  Entries entries;
  Entries mobile;  // for requests from mobile devices, where there are any

  std::optional<std::uint32_t> entry(EndpointId endpoint, bool is_mobile) const {
    const auto special = is_mobile ? mobile[endpoint] : std::nullopt;
    return special ? special : entries[endpoint];
  }
};

// "mobile GET /item" is what "GET /item" is for requests from mobile devices.
struct EndpointName {
  std::string_view asked;
  bool mobile = false;

  explicit EndpointName(std::string_view name) {
    constexpr std::string_view prefix = "mobile ";
    mobile = name.starts_with(prefix);
    asked = mobile ? name.substr(prefix.size()) : name;
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
