// The file of `--report`, begun before anything runs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "analysis/atomic_file.h"

namespace faultline::cli {

// nullopt where no report was asked for. Throws analysis::WriteError, also for a name that is empty
// or that of one of the `scenarios`, which it would replace.
std::optional<analysis::AtomicFile> report_file(
    const std::optional<std::string>& report, const std::vector<std::filesystem::path>& scenarios);

}  // namespace faultline::cli
