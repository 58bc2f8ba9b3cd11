// OptionReader: reads the values of options, and says of each that is wrong what was expected.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/problems.h"

namespace faultline::cli {

class OptionReader {
 public:
  explicit OptionReader(scenarios::Problems& problems) : problems_(problems) {}

  // `got`: what stood there, or nullopt when nothing did.
  void refuse(std::string_view option, std::string_view expected,
              const std::optional<std::string>& got);

  // nullopt: not said, or a problem was added.
  std::optional<std::uint64_t> count(std::string_view option,
                                     const std::optional<std::string>& text, std::uint64_t least,
                                     std::uint64_t most);

  // `--jobs`, by default as many as there are processors.
  unsigned jobs(const std::optional<std::string>& text);

  static std::optional<std::uint64_t> whole_number(std::string_view text);

 protected:
  scenarios::Problems& problems_;
};

}  // namespace faultline::cli
