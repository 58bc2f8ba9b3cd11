#include "scenarios/find_scenario.h"

#include <algorithm>
#include <system_error>

namespace faultline::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".json";

bool is_file(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::exists(status) && !fs::is_directory(status);
}

bool has_suffix(std::string_view name) { return name.ends_with(suffix); }

// NAME or NAME.json in `folder`.
std::optional<fs::path> file_in(const fs::path& folder, std::string_view name) {
  const fs::path as_written = (folder / name).lexically_normal();
  if (is_file(as_written)) return as_written;
  const fs::path completed = (folder / (std::string(name) + ".json")).lexically_normal();
  if (is_file(completed)) return completed;
  return std::nullopt;
}

bool is_bare(std::string_view name) { return !name.empty() && name.find('/') == name.npos; }

std::optional<std::string> nearest_scenario(std::string_view name,
                                            const std::vector<std::string>& names) {
  const bool suffixed = has_suffix(name);
  if (suffixed) name.remove_suffix(suffix.size());
  auto nearest = nearest_name(name, names);
  if (nearest && suffixed) *nearest += suffix;
  return nearest;
}

}  // namespace

std::vector<std::string> scenario_names(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() == suffix && is_file(path)) names.push_back(path.stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<fs::path> find_scenario(std::string_view name, const fs::path& library,
                                      Problems& problems) {
  const fs::path path(name);
  if (is_file(path)) return path;
  if (is_bare(name)) {
    if (auto shipped = file_in(library, name)) return shipped;
  }
  std::error_code error;
  if (fs::exists(path, error)) return path;  // a folder: reading it says so
  problems.add({{std::string(name), std::nullopt},
                "",
                "no such file, and no scenario of that name in the library",
                std::nullopt,
                nearest_scenario(name, scenario_names(library))});
  return std::nullopt;
}

std::optional<fs::path> find_base(std::string_view name, const fs::path& folder,
                                  const fs::path& library, std::optional<std::string>& suggestion) {
  if (auto sibling = file_in(folder, name)) return sibling;
  if (is_bare(name)) {
    if (auto shipped = file_in(library, name)) return shipped;
  }
  std::vector<std::string> names = scenario_names(folder.empty() ? fs::path(".") : folder);
  for (std::string& shipped : scenario_names(library)) names.push_back(std::move(shipped));
  suggestion = nearest_scenario(name, names);
  return std::nullopt;
}

}  // namespace faultline::scenarios
