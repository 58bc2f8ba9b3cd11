// Shows which folder is taken for the library: the environment first, else the source folder, for a
// binary that is not installed (an installed one is tried by tests/scripts/installed_library.sh).
#include "scenarios/library_path.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace faultline::scenarios::library_path_test {
namespace {

TEST(LibraryPath, EnvironmentComesFirst) {
  setenv("FAULTLINE_LIBRARY", "/somewhere/else", 1);
  EXPECT_EQ(library_path(), "/somewhere/else");
  unsetenv("FAULTLINE_LIBRARY");
}

TEST(LibraryPath, ABuiltBinaryUsesItsSourceFolder) {
  unsetenv("FAULTLINE_LIBRARY");
  EXPECT_EQ(library_path(), FAULTLINE_SOURCE_DIR "/scenarios/library");
  setenv("FAULTLINE_LIBRARY", "", 1);
  EXPECT_EQ(library_path(), FAULTLINE_SOURCE_DIR "/scenarios/library");
  unsetenv("FAULTLINE_LIBRARY");
}

}  // namespace
}  // namespace faultline::scenarios::library_path_test
