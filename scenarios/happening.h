// Happening: what one entry of `timeline` or of `faults` does, apart from when.
//
//   "crash": "web/0"          "slow": "db/leader", "factor": 0.2          "cut": "web->db"
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "models/fields.h"
#include "models/service/deploying.h"
#include "models/timeline.h"
#include "sim/time.h"

namespace faultline::scenarios {

struct Happening {
  std::string crash, destroy, restart, drain, slow, pause, flush, redrive, outage;  // addresses
  std::string autoscaler_outage;                                                    // a service
  std::string deploy;                                                               // a service
  std::string expire_certificate;                                                   // a component
  std::string cut, delay, lose;                                                     // arrows
  std::string load;                                // a workload, or "*"
  std::string set;                                 // a JSON pointer
  double factor = 1;                               // slow, load
  double share = 1;                                // lose
  sim::Duration by;                                // delay
  std::optional<models::VersionSettings> version;  // this and the next two: deploy
  std::optional<models::RollOutSettings> roll_out;
  std::optional<models::RollBackSettings> roll_back;

  // Lists the verbs; of those for `faults` only what can come, go, and come again.
  enum class Section { timeline, faults };
  void describe(models::Fields& fields, Section section);
  // Happens at once, and there is nothing to undo.
  bool is_momentary() const {
    return !restart.empty() || !flush.empty() || !redrive.empty() || !deploy.empty();
  }
  // "crash"
  std::string_view verb() const;
  // What the verb names.
  const std::string& target() const;
  // The same, of another target.
  Happening of(const std::string& target) const;
  // The action it stands for; nullptr for `set`, which needs the document (timeline_reader.cpp).
  std::unique_ptr<models::Action> action() const;
  // "crash web/0", as a report says it.
  std::string what() const;

 private:
  void check_details(models::Fields& fields) const;
};

}  // namespace faultline::scenarios
