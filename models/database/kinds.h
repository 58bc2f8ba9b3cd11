// Events and draws of a database.
#pragma once

#include <cstdint>

#include "models/world.h"

namespace faultline::models::database {

enum Kind : std::uint16_t {
  kind_served = first_own_kind,  // a station's completion; a: node
  kind_applied,                  // an applier's completion; a: node
  kind_entries,                  // a: node and session, b: last sequence of the message
  kind_confirmed,                // "
  kind_loaded,                   // a: node and session
  kind_ship,
  kind_beat,
  kind_heard,    // a: node, b: epoch of the leader that was heard
  kind_silence,  // a: node
  kind_elected,
  kind_impatient,  // a: node
  kind_backup,
  kind_backed_up,
  kind_restored,  // a: node and session
  kind_grown,     // a: node
};

// Steps of a request's luck, and purposes of the component's own.
enum Step : std::uint64_t { step_serve, step_bytes, step_apply };
enum Purpose : std::uint64_t {
  purpose_beat_offset,
  purpose_beat,
  purpose_entries,
  purpose_confirm,
  purpose_election,
  purpose_snapshot,
  purpose_reader,
  purpose_backup_offset,
  purpose_restore,
  purpose_growth,
};

}  // namespace faultline::models::database
