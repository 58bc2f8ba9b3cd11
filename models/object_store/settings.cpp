#include "models/object_store/settings.h"

namespace faultline::models {

void ObjectStoreSettings::describe(Fields& fields) {
  hosting.describe(fields);
  fields.count({"copies", "Nodes that hold each object."}, copies, {1, 16});
  fields.count({"acknowledgements", "Copies made before a write is answered; absent: all."},
               acknowledgements, {1, 16});
  fields.distribution({"first-byte", "From a request until its transfer begins.", false, true},
                      first_byte);
  fields.bandwidth({"bandwidth",
                    "Of one node, shared by its transfers, in and out; absent: transfers take no "
                    "time at the node.",
                    false, false},
                   bandwidth);
  fields.bytes({"capacity",
                "What fits into one node of what is written during the run, one fixed size; "
                "absent: no limit."},
               capacity);
  fields.bytes({"bytes", "Size of an object that was there before the run."}, bytes);
  fields.nested({"call", "Timeout and retries from node to node, when copies are made."}, "call",
                call);
  if (copies > hosting.replicas) {
    fields.reject("copies", "expected at most as many as there are replicas");
  }
  if (acknowledgements && *acknowledgements > copies) {
    fields.reject("acknowledgements", "expected at most as many as there are copies");
  }
  if (capacity && capacity->constant_value().value_or(0) < 1) {
    fields.reject("capacity", "expected one size of at least 1B");
  }
}

}  // namespace faultline::models
