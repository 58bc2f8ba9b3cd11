// The JSON Schema (draft 2020-12) of the scenario language, for completion and checks in an editor.
//
// It is written from the same declarations that scenarios are read with. scenarios/schema.json is
// what it was when last generated; a test fails where the two differ. What a schema cannot say
// (names that refer to nothing, exactly one verb per step) the reader checks alone.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace faultline::scenarios {

nlohmann::ordered_json scenario_schema();
// As `faultline schema` prints it and schema.json holds it, with a newline at its end.
std::string scenario_schema_text();

}  // namespace faultline::scenarios
