#include "cli/report_file.h"

#include <fmt/format.h>

#include <system_error>

namespace faultline::cli {

std::optional<analysis::AtomicFile> report_file(
    const std::optional<std::string>& report, const std::vector<std::filesystem::path>& scenarios) {
  if (!report) return std::nullopt;
  if (report->empty()) throw analysis::WriteError("--report: expected a file, got \"\"");
  for (const std::filesystem::path& scenario : scenarios) {
    std::error_code not_there;
    if (std::filesystem::equivalent(*report, scenario, not_there)) {
      throw analysis::WriteError(
          fmt::format("--report: {} is the scenario; it would be replaced", *report));
    }
  }
  return std::make_optional<analysis::AtomicFile>(*report);
}

}  // namespace faultline::cli
