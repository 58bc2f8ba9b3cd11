// Shows that every key is documented, and means one thing.
#include "viz/view/session/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace faultline::viz::command_test {
namespace {

// In the first column of a table, a word by itself.
TEST(Command, EveryKeyIsInTheDocumentation) {
  std::ifstream file(FAULTLINE_SOURCE_DIR "/docs/window.md");
  std::stringstream page;
  page << file.rdbuf();
  for (const KeyBinding& binding : key_bindings()) {
    const std::string key = (binding.shift ? "Shift \\+ " : "") +
                            (binding.key == "?" ? "\\?" : std::string(binding.key));
    const std::regex row("\\n\\| ([^|]*, )?" + key + "(, [^|]*)? \\|");
    EXPECT_TRUE(std::regex_search(page.str(), row)) << binding.key;
  }
}

TEST(Command, NoKeyMeansTwoThings) {
  std::set<std::pair<std::string_view, bool>> keys;
  for (const KeyBinding& binding : key_bindings()) {
    EXPECT_TRUE(keys.emplace(binding.key, binding.shift).second) << binding.key;
  }
}

// Crash means crash with Shift too, for a while; but Right alone and with Shift are two things.
TEST(Command, ShiftKeepsTheMeaningUnlessItHasItsOwn) {
  EXPECT_EQ(command_of("C", true), Command::crash);
  EXPECT_EQ(command_of("Right", false), Command::step_forward);
  EXPECT_EQ(command_of("Right", true), Command::second_forward);
  EXPECT_FALSE(command_of("Q", false));
}

}  // namespace
}  // namespace faultline::viz::command_test
