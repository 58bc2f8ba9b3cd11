#include "scenarios/library_path.h"

#include <cstdlib>
#include <system_error>

namespace faultline::scenarios {

std::filesystem::path library_path() {
  const char* chosen = std::getenv("FAULTLINE_LIBRARY");
  if (chosen != nullptr && *chosen != '\0') return chosen;

  std::error_code error;
  const std::filesystem::path executable = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    const std::filesystem::path installed =
        executable.parent_path().parent_path() / "share/faultline/scenarios/library";
    if (std::filesystem::is_directory(installed, error)) return installed;
  }
  return std::filesystem::path(FAULTLINE_SOURCE_DIR) / "scenarios/library";
}

}  // namespace faultline::scenarios
