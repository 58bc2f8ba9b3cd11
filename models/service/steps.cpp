#include "models/service/steps.h"

#include <array>
#include <string_view>

namespace faultline::models {
namespace {

constexpr std::array<std::string_view, 2> fill_words = {"async", "wait"};
constexpr std::array<std::string_view, 2> cache_down_words = {"bypass", "fail"};

// A choice of which it matters whether it was made.
template <class Enum, std::size_t count>
void choose(Fields& fields, const Field& field, const std::array<std::string_view, count>& words,
            std::optional<Enum>& value) {
  auto index = static_cast<std::size_t>(value.value_or(Enum{}));
  const std::size_t before = index;
  fields.choice(field, words, index);
  if (index != before) value = static_cast<Enum>(index);
}

}  // namespace

void StepSettings::describe(Fields& fields) {
  fields.distribution({"compute", "Work on a worker: how long it takes at full speed."}, compute);
  fields.name({"call", "The component to call."}, Reference::component, call);
  fields.text({"endpoint", "Of `call`: what to ask for; absent: what the request itself is for."},
              endpoint);
  fields.name({"read", "The store to read the object under the key from."}, Reference::component,
              read);
  fields.name({"cache", "Of `read`: the cache to ask first, and to fill after a miss."},
              Reference::component, cache);
  choose(fields, {"fill", "Of `read`: whether to wait until the cache has been filled."},
         fill_words, fill);
  choose(
      fields,
      {"cache-down",
       "Of `read`: whether the store is read when the cache cannot be asked, or the step fails."},
      cache_down_words, cache_down);
  fields.name({"write", "The store to write the object under the key to."}, Reference::component,
              write);
  fields.name({"invalidate", "Of `write`: the cache that forgets the object once it is written."},
              Reference::component, invalidate);
  fields.flag(
      {"memory",
       "Of `read` and `write`: whether the replica remembers the object in its own process."},
      memory);
  fields.name({"publish", "The queue to hand a message to."}, Reference::component, publish);
  fields.lists(
      {"parallel", "Steps side by side; goes on when all have ended."}, "step",
      [&] { parallel.emplace_back(); },
      [&](Fields& inner) {
        if (parallel.empty()) parallel.emplace_back();
        parallel.back().emplace_back().describe(inner);
      });
  fields.bytes({"respond", "Size of the answer's body."}, respond);
  fields.text({"key",
               "Which object is read or written: that of the \"request\", one of the "
               "\"user\", or any other word for one derived from the request's."},
              key);
  fields.bytes({"bytes",
                "Size of what is sent along; absent: of the request's own body for `call`, "
                "`write` and `publish`, nothing for `read`."},
               bytes);
  fields.nested({"policy", "How patient and stubborn the call is."}, "policy", policy);
  fields.nested({"cache-policy", "The same for calls of the cache; absent: as `policy`."}, "policy",
                cache_policy);
  fields.flag({"optional", "A failure degrades the answer instead of failing the request."},
              optional);
  fields.ratio({"sampling",
                "Share of the requests for which the step is done: the same ones at each step and "
                "service that says so."},
               sampling);
  check(fields);
}

std::size_t StepSettings::verbs() const {
  const std::array<bool, 7> present = {compute.has_value(), !call.empty(),    !read.empty(),
                                       !write.empty(),      !publish.empty(), !parallel.empty(),
                                       respond.has_value()};
  std::size_t count = 0;
  for (const bool one : present) count += one ? 1 : 0;
  return count;
}

void StepSettings::check(Fields& fields) const {
  const std::size_t count = verbs();
  if (count != 1) {
    fields.reject("", count == 0 ? "a step needs a verb: compute, call, read, write, publish, "
                                   "parallel or respond"
                                 : "a step has one verb only; make it several steps");
    return;
  }
  const auto belongs = [&](bool present, std::string_view name, bool allowed,
                           std::string_view message) {
    if (present && !allowed) fields.reject(name, message);
  };
  const bool data = !read.empty() || !write.empty();
  const bool calls = data || !call.empty() || !publish.empty();
  belongs(!endpoint.empty(), "endpoint", !call.empty(), "belongs to `call`");
  belongs(!cache.empty(), "cache", !read.empty(), "belongs to `read`");
  belongs(fill.has_value(), "fill", !cache.empty(), "belongs to `read` with a `cache`");
  belongs(cache_down.has_value(), "cache-down", !cache.empty(), "belongs to `read` with a `cache`");
  belongs(!invalidate.empty(), "invalidate", !write.empty(), "belongs to `write`");
  belongs(memory, "memory", data, "belongs to `read` or `write`");
  belongs(key != "request", "key", calls, "belongs to a step that calls");
  belongs(bytes.has_value(), "bytes", calls, "belongs to a step that calls");
  belongs(policy.has_value(), "policy", calls, "belongs to a step that calls");
  belongs(cache_policy.has_value(), "cache-policy", !cache.empty() || !invalidate.empty(),
          "needs a `cache` or `invalidate`");
  belongs(optional, "optional", calls || !parallel.empty(), "belongs to a step that calls");
  for (const auto& branch : parallel) {
    if (branch.empty()) fields.reject("parallel", "a branch needs at least one step");
  }
}

void describe_endpoints(Fields& fields, Endpoints& endpoints) {
  std::string current;
  fields.named_lists(
      {"endpoints", "What it does for a request, by what is asked for; \"*\": anything else.",
       true},
      "step",
      [&](const std::string& key) {
        current = key;
        endpoints[key];
      },
      [&](Fields& inner) { endpoints[current].emplace_back().describe(inner); });
}

}  // namespace faultline::models
