#include "models/queue/settings.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace faultline::models {
namespace {

constexpr std::array<std::string_view, 4> on_full_words = {"reject", "wait", "drop-newest",
                                                           "drop-oldest"};

}  // namespace

void SubscriberSettings::describe(Fields& fields, bool required) {
  fields.name({"deliver-to", "The component that consumes the messages.", required},
              Reference::component, deliver_to);
  fields.text({"endpoint", "Of the consumer; absent: the one the message was published under."},
              endpoint);
  fields.count({"concurrency", "Messages of one broker in flight at once.", required, true},
               concurrency, {1, 1'000'000});
  fields.duration({"visibility-timeout",
                   "Without an answer for so long, a message is delivered again.", false, true},
                  visibility_timeout, sim::Duration{1});
  fields.count({"max-receives",
                "Deliveries of a message before it is a dead letter; absent: no end.", false, true},
               max_receives, {1, 1'000'000});
  fields.duration(
      {"redelivery-delay", "From a failure until the message is visible again.", false, true},
      redelivery_delay);
  fields.nested({"call", "Timeout and retries within one delivery."}, "call", call);
}

bool SubscriberSettings::is_silent() const {
  const SubscriberSettings nothing;
  return deliver_to.empty() && endpoint.empty() && concurrency == nothing.concurrency &&
         !max_receives && visibility_timeout == nothing.visibility_timeout &&
         redelivery_delay.ns == 0 && !call.timeout && !call.retries && !call.connection;
}

void QueueSettings::describe(Fields& fields) {
  hosting.describe(fields);
  fields.nested_map({"subscribers",
                     "Who gets a copy of each message, by name; absent: one consumer, described "
                     "beside this."},
                    "subscriber", subscribers);
  SubscriberSettings::describe(fields, subscribers.empty());
  fields.count({"partitions",
                "Messages of one key are in one partition, and are delivered one after the other; "
                "absent: no order among deliveries."},
               partitions, {1, 10'000});
  fields.count({"capacity",
                "Messages one broker holds for each subscriber, in flight included; absent: no "
                "limit.",
                false, true},
               capacity, {1, 1'000'000'000});
  fields.bytes({"capacity-bytes",
                "The same in bytes of their bodies, one fixed size; a message larger than it is "
                "rejected."},
               capacity_bytes);
  fields.choice_of({"on-full",
                    "What a full broker does with a publish: refuse it, let the publisher wait, "
                    "drop the new message, or drop the oldest that is not in flight."},
                   on_full_words, on_full);
  fields.count({"dead-letter-capacity",
                "Dead letters one broker keeps for each subscriber; beyond it the oldest is "
                "dropped."},
               dead_letter_capacity, {0, 100'000'000});
  fields.distribution(
      {"store-time", "From the arrival of a message until it is stored.", false, true}, store_time);
  if (!subscribers.empty() && !is_silent()) {
    fields.reject("", "with `subscribers`, deliveries are described in each of them");
  }
  if (capacity_bytes && capacity_bytes->constant_value().value_or(0) < 1) {
    fields.reject("capacity-bytes", "expected one size of at least 1B");
  }
  if (on_full != OnFull::reject && !capacity && !capacity_bytes) {
    fields.reject("on-full", "goes with `capacity` or `capacity-bytes`");
  }
}

}  // namespace faultline::models
