#include <algorithm>
#include <array>
#include <string_view>

#include "models/service/service.h"

namespace faultline::models {
namespace {

constexpr std::array<std::string_view, 5> discipline_words = {"fifo", "lifo", "adaptive-lifo",
                                                              "priority", "processor-sharing"};
constexpr std::array<std::string_view, 2> worker_words = {"held", "released"};

bool remembers(const Steps& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const StepSettings& step) {
    return step.memory || std::any_of(step.parallel.begin(), step.parallel.end(), remembers);
  });
}

}  // namespace

void ServiceSettings::describe(Fields& fields) {
  hosting.describe(fields);
  fields.count({"workers", "Requests that each replica works on at once.", false, true}, workers,
               {1});
  fields.count(
      {"backlog", "Requests that may wait at each replica; absent: no limit.", false, true},
      backlog);
  fields.choice_of({"discipline", "Who of the waiting is next."}, discipline_words, discipline);
  fields.count(
      {"lifo-above", "Of `adaptive-lifo`: while more than so many wait, the last to come is next."},
      lifo_above);
  if (lifo_above.has_value() != (discipline == sim::Discipline::adaptive_lifo)) {
    fields.reject("lifo-above", "goes with the discipline `adaptive-lifo`, and only with it");
  }
  fields.choice_of({"worker",
                    "Whether a request holds its worker while it waits for a call, as a "
                    "thread would be, or has it released, as asynchronous code does."},
                   worker_words, worker);
  describe_endpoints(fields, endpoints);
  fields.nested({"executions",
                 "Remembers what it has done, whoever asks again; absent: it does what it is "
                 "asked, and counts nothing."},
                "executions", executions);
  fields.number({"speed", "How fast a machine works: `compute` says how long its work takes at 1.",
                 false, true},
                speed, {.min = 0, .min_excluded = true});
  fields.nested({"cold-start", "What a replica is like when it has just started; absent: as ever."},
                "cold-start", cold_start);
  fields.nested(
      {"memory", "What each replica remembers in its own process, for steps that use it."},
      "memory", memory);
  fields.nested(
      {"rate-limit", "What is refused because it is asked for too often; absent: nothing.", false,
       true},
      "rate-limit", rate_limit);
  fields.nested({"shedding", "What is refused although there is room to wait; absent: nothing."},
                "shedding", shedding);
  fields.duration({"refusal",
                   "Work that it takes to refuse a request, for whatever reason; what idle workers "
                   "cannot do comes on top of the work that ends next.",
                   false, true},
                  refusal);
  fields.nested({"process", "What ails a process by and by; absent: nothing."}, "process", process);
  fields.nested(
      {"health",
       "How a replica answers when it is asked how it is; absent: well, if it can answer."},
      "health", health);
  fields.nested(
      {"autoscaling",
       "How many replicas there are is decided while it runs; absent: it stays as it is."},
      "autoscaling", autoscaling);
  if (discipline == sim::Discipline::processor_sharing) check_sharing(fields);
  if (health && health->heap_above && !(process && process->heap)) {
    fields.reject("health", "`heap-above` goes with a `heap` of `process`");
  }
  if (autoscaling) autoscaling->check(fields, hosting.replicas);
  const bool used = std::any_of(endpoints.begin(), endpoints.end(),
                                [](const auto& one) { return remembers(one.second); });
  if (used && !memory) fields.reject("", "a step has `memory`, but the service has none");
}

// Nobody waits there, and nobody has a worker that could be lost.
void ServiceSettings::check_sharing(Fields& fields) const {
  const auto reject = [&](std::string_view parameter, const std::string& what) {
    fields.reject(parameter, what + " does not go with `processor-sharing`, where nobody waits");
  };
  const bool by_wait =
      shedding && (shedding->max_wait || shedding->controlled_delay || shedding->past_deadline);
  if (by_wait) reject("shedding", "refusing who waits");
  if (health && health->backlog) reject("health", "`backlog`");
  if (process && process->worker_leak > 0) reject("process", "`worker-leak`");
}

void ColdStart::describe(Fields& fields) {
  fields.duration({"lasts", "How long it is cold, from being up on.", true}, lasts,
                  sim::Duration{1});
  fields.number({"speed", "Factor of its speed meanwhile.", true}, speed,
                {.min = 0, .max = 1, .min_excluded = true});
}

}  // namespace faultline::models
