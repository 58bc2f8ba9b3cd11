// library_path(): the folder that holds the scenarios which ship with Faultline (*.json).
//
// The first of these that applies:
//   1. the environment variable FAULTLINE_LIBRARY, taken as it is;
//   2. ../share/faultline/scenarios/library beside the running executable (an installed one);
//   3. scenarios/library in the source folder this binary was built from.
// The folder need not exist. The JSON Schema lies beside it, as `../schema.json`.
#pragma once

#include <filesystem>

namespace faultline::scenarios {

std::filesystem::path library_path();

}  // namespace faultline::scenarios
