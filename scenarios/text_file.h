// Reading a whole text file within a limit; each way it can fail has a message of its own.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "scenarios/problems.h"

namespace faultline::scenarios {

// A regular file is refused by its size before a byte is read; a pipe as soon as it exceeds
// `max_bytes`. nullopt: a problem was added.
std::optional<std::string> read_text_file(const std::filesystem::path& path, std::size_t max_bytes,
                                          Problems& problems);

}  // namespace faultline::scenarios
