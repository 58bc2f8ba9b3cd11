// Finding a scenario by what the user calls it: a path, or the name of one in the library.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/problems.h"

namespace faultline::scenarios {

// The names (without `.json`) of the scenarios in `folder`, sorted; none if it cannot be read.
std::vector<std::string> scenario_names(const std::filesystem::path& folder);

// A file at that path; else `NAME` or `NAME.json` in the library; else a problem with the nearest
// name. A folder that happens to be called like a library scenario does not hide it.
std::optional<std::filesystem::path> find_scenario(std::string_view name,
                                                   const std::filesystem::path& library,
                                                   Problems& problems);

// The file that `"extends": NAME` means in a file of `folder`: NAME or NAME.json there, else in
// the library. nullopt: none; `suggestion` then holds the nearest name there is.
std::optional<std::filesystem::path> find_base(std::string_view name,
                                               const std::filesystem::path& folder,
                                               const std::filesystem::path& library,
                                               std::optional<std::string>& suggestion);

}  // namespace faultline::scenarios
