#include "models/service/process.h"

namespace faultline::models {

std::uint64_t size_of(const sim::Distribution& bytes) {
  return static_cast<std::uint64_t>(bytes.constant_value().value_or(0));
}

void HeapSettings::describe(Fields& fields) {
  fields.bytes({"size", "With more than this live the process dies, and starts anew.", true}, size);
  fields.bytes({"base", "Live at rest."}, base);
  fields.bytes({"request", "What a request holds while it is there; garbage afterwards."}, request);
  fields.bytes({"leak", "What of each request is never freed."}, leak);
  fields.duration({"pause-per-gb",
                   "How long a garbage collection stops the process, for each GB that is live; "
                   "absent: there is no collector, and nothing to collect."},
                  pause_per_gb);
  for (const auto& [name, bytes] :
       {std::pair{"size", &size}, {"base", &base}, {"request", &request}, {"leak", &leak}}) {
    if (!bytes->constant_value()) fields.reject(name, "expected one size");
  }
  if (size_of(base) + size_of(request) > size_of(size)) {
    fields.reject("size", "must hold `base` and one `request`");
  }
}

void WatchdogSettings::describe(Fields& fields) {
  fields.ratio({"heap-above", "Restarts a process when this share of its heap is live."},
               heap_above);
  fields.duration({"stuck-for",
                   "Restarts a process when it has finished nothing for so long though it had "
                   "requests."},
                  stuck_for, sim::Duration{1});
  fields.duration({"interval", "Between two looks at a process."}, interval,
                  sim::Duration::from_seconds(0.001));
  fields.duration({"drain", "How long it may finish what it has before it is restarted."}, drain);
  if (!heap_above && !stuck_for) {
    fields.reject("", "at least one of `heap-above` and `stuck-for`");
  }
}

void ContentionSettings::describe(Fields& fields) {
  fields.ratio({"serial", "Share of the work that only one at a time can do (sigma)."}, serial);
  fields.ratio({"crosstalk", "What each two that are worked on cost each other (kappa)."},
               crosstalk);
}

double ContentionSettings::speed(std::uint64_t n) const {
  if (n < 2) return 1;
  const auto all = static_cast<double>(n);
  return 1 / (1 + serial * (all - 1) + crosstalk * all * (all - 1));
}

void ProcessSettings::describe(Fields& fields) {
  fields.nested({"heap", "What its requests hold of its memory; absent: there is always enough."},
                "heap", heap);
  fields.ratio({"worker-leak", "Share of requests whose worker never comes back."}, worker_leak);
  fields.nested({"contention", "How requests worked on at once slow each other; absent: not."},
                "contention", contention);
  fields.nested({"watchdog", "When a process is restarted; absent: when it has died."}, "watchdog",
                watchdog);
  if (watchdog && watchdog->heap_above && !heap) {
    fields.reject("watchdog", "`heap-above` goes with a `heap`");
  }
}

Heap::Heap(const HeapSettings& settings)
    : size_(size_of(settings.size)),
      base_(size_of(settings.base)),
      request_(size_of(settings.request)),
      leak_(size_of(settings.leak)),
      pause_per_gb_(settings.pause_per_gb) {}

void Heap::go(std::uint64_t leak_of_version) {
  in_requests_ -= request_;
  leaked_ += leak_ + leak_of_version;
  if (pause_per_gb_) garbage_ += request_;
}

sim::Duration Heap::pause() const {
  if (!pause_per_gb_) return {};
  return sim::Duration::from_ns(static_cast<double>(live()) / 1e9 *
                                static_cast<double>(pause_per_gb_->ns));
}

}  // namespace faultline::models
