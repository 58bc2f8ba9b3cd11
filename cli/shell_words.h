// Command lines as a shell reads them, for those that make something again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faultline::cli {

// In quotes where a shell would see more than one word in it.
std::string shell_word(std::string_view word);
std::string shell_line(const std::vector<std::string>& words);

}  // namespace faultline::cli
