#include "scenarios/timeline_entry.h"

namespace faultline::scenarios {

void TimelineEntry::describe(models::Fields& fields) {
  fields.duration({"at", "When it happens, from the start of the run.", true}, at);
  fields.duration({"for", "How long it lasts before it is undone; absent: for good."}, lasts,
                  sim::Duration{1});
  happening.describe(fields, Happening::Section::timeline);
  if (lasts && happening.is_momentary()) {
    fields.reject("for", "`restart`, `flush`, `redrive` and `deploy` are not undone");
  }
}

}  // namespace faultline::scenarios
