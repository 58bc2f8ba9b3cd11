// SourcedJson: a JSON value, and beside it a tree of the same shape that says where each part of
// it was written. For the sources of this folder only: it includes the whole of nlohmann/json.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "scenarios/json_pointer.h"

namespace faultline::scenarios {

// `file` is an index into the list of files of whoever keeps the tree; line 0: position unknown.
// The place of a member is where its key begins. Array items are children named "0", "1", ...
struct Place {
  std::uint32_t file = 0;
  std::int32_t line = 0;
  std::int32_t column = 0;
  std::map<std::string, Place, std::less<>> children;
};

struct SourcedJson {
  nlohmann::json value;
  Place place;
};

// "a number", "an object", ... for messages.
std::string kind_of(const nlohmann::json& value);

// A value as a message shows it: scalars as JSON, shortened; of the others their kind and size.
std::string shown(const nlohmann::json& value);

}  // namespace faultline::scenarios
