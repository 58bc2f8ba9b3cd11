// JSON text to values: strict JSON (RFC 8259) plus `//` and `/* */` comments.
//
// Beyond syntax it refuses: duplicate keys, numbers beyond the range of a double, invalid UTF-8,
// and documents too deep or of too many values, each before it would cost memory. A syntax error
// ends the reading; duplicate keys, trailing commas and numbers out of range are all collected.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "scenarios/problems.h"

namespace faultline::scenarios {

struct SourcedJson;

struct TextLimits {
  std::size_t bytes = std::size_t{16} << 20U;
  std::size_t depth = 64;  // objects and arrays around a value, the document's own included
  std::size_t values = 1'000'000;
};

enum class Comments { allowed, refused };

// Parses one JSON value. `file` names the text in problems, `file_index` in the places of `out`.
// False: a syntax error or limit ended it, and `out` is not to be used. True: `out` is complete,
// though problems that can be read past may have been added.
bool parse_json(std::string_view text, const std::string& file, std::uint32_t file_index,
                Comments comments, const TextLimits& limits, SourcedJson& out, Problems& problems);

// Reads a scenario file: as `parse_json`, and the top level must be an object.
bool read_json_file(const std::filesystem::path& path, std::uint32_t file_index,
                    const TextLimits& limits, SourcedJson& out, Problems& problems);

}  // namespace faultline::scenarios
