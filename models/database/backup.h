// Backup: the data of a database as it was at one moment.
#pragma once

#include <cstdint>
#include <memory>

#include "models/database/node.h"

namespace faultline::models::database {

struct Backup {
  sim::Duration taken;  // since the run began; before it, where negative
  std::shared_ptr<const Versions> versions = std::make_shared<const Versions>();
  Version last = 0;            // the last write in it
  std::uint64_t standing = 0;  // acknowledged writes in it
};

}  // namespace faultline::models::database
