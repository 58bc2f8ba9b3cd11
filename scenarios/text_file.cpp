#include "scenarios/text_file.h"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace faultline::scenarios {
namespace {

namespace fs = std::filesystem;

std::string mebibytes(std::uintmax_t bytes) {
  constexpr std::uintmax_t mebibyte = 1U << 20U;
  if (bytes < mebibyte) return std::to_string(bytes) + " bytes";
  return std::to_string(bytes / mebibyte) + " MiB";
}

std::nullopt_t refuse(const fs::path& path, std::string message, Problems& problems) {
  problems.add({{path.string(), std::nullopt}, "", std::move(message), std::nullopt, std::nullopt});
  return std::nullopt;
}

std::string too_large(std::size_t max_bytes) {
  return "too large: at most " + mebibytes(max_bytes);
}

}  // namespace

std::optional<std::string> read_text_file(const fs::path& path, std::size_t max_bytes,
                                          Problems& problems) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return refuse(path, "no such file", problems);
  if (error) return refuse(path, "cannot be read: " + error.message(), problems);
  if (fs::is_directory(status)) {
    return refuse(path, "is a directory; expected a file", problems);
  }
  if (fs::is_regular_file(status)) {
    const std::uintmax_t size = fs::file_size(path, error);
    if (!error && size > max_bytes) {
      return refuse(path, too_large(max_bytes) + ", this one has " + mebibytes(size), problems);
    }
  }

  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const std::string reason = std::generic_category().message(errno);
    return refuse(path, "cannot be read: " + reason, problems);
  }
  std::string text;
  char buffer[65536];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(file.gcount()));
    if (text.size() > max_bytes) return refuse(path, too_large(max_bytes), problems);
  }
  if (file.bad()) return refuse(path, "cannot be read: input error", problems);
  return text;
}

}  // namespace faultline::scenarios
