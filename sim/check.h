// CHECK(condition): what must hold for our own code to be right; on in Release too.
//
// A failure is our bug, never the user's and never the modelled system's. It prints the condition,
// the place, and what the running simulation told `check_context` (simulated time, event, seed, the
// command that replays it), then leaves the process with status 70.
#pragma once

#include <string>

namespace faultline::sim {

// Registers, for this thread, how to describe what is running; `describe(subject)` is called only
// when a check fails. Returns the previous context's place through the destructor: contexts nest.
class CheckContext {
 public:
  using Describe = std::string (*)(const void* subject);
  CheckContext(Describe describe, const void* subject);
  ~CheckContext();
  CheckContext(const CheckContext&) = delete;
  CheckContext& operator=(const CheckContext&) = delete;

 private:
  Describe previous_describe_;
  const void* previous_subject_;
};

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace faultline::sim

#define CHECK(condition)                  \
  (static_cast<bool>(condition) ? void(0) \
                                : ::faultline::sim::check_failed(#condition, __FILE__, __LINE__))
