// Overrides: `--set POINTER=VALUE`, one value of a scenario changed from the command line.
//
// POINTER is a JSON pointer, or the same with dots (`components.web.replicas`) where only one
// reading is possible. VALUE is JSON if it parses, else a string. Keys may be created; array
// indices must exist; `null` removes a key, as it does in a variant.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/json_pointer.h"
#include "scenarios/problems.h"

namespace faultline::scenarios {

struct SourcedJson;

// What stands in for the file name of a value set from the command line.
inline constexpr std::string_view override_origin = "--set";

struct Override {
  std::string path;   // POINTER, as it was written
  std::string value;  // VALUE, as it was written
};

// nullopt: a problem was added.
std::optional<Override> parse_override(std::string_view text, Problems& problems);

// Every way to read `text` as a path into `root`. A JSON pointer has one, whether or not it leads
// to something. A dotted text has one per existing value it can name (keys may contain dots); when
// there is none, the readings that go furthest before they have to create a key.
std::vector<PointerTokens> readings_of_path(const nlohmann::json& root, std::string_view text);

// Sets the value in `document`, its place in file `file_index`. On a problem no value is set.
void apply_override(SourcedJson& document, const Override& setting, std::uint32_t file_index,
                    Problems& problems);

}  // namespace faultline::scenarios
