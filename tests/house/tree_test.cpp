// Shows that the sources of the project keep the rules of the house, by reading all of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/house/source_rules.h"

namespace faultline::house::tree_test {
namespace {

class Tree : public ::testing::Test {
 protected:
  Complaints complaints(Complaints (*rule)(const Source&)) const {
    Complaints all;
    for (const Source& source : sources_) {
      const Complaints found = rule(source);
      all.insert(all.end(), found.begin(), found.end());
    }
    return all;
  }

  const std::vector<Source> sources_ = sources_below(FAULTLINE_SOURCE_DIR);
};

using ::testing::Contains;
using ::testing::Field;
using ::testing::IsEmpty;

// Without this, a wrong root would keep every rule.
TEST_F(Tree, IsRead) { EXPECT_THAT(sources_, Contains(Field(&Source::path, "sim/time.h"))); }

TEST_F(Tree, IncludesRunOneWay) { EXPECT_THAT(complaints(upward_includes), IsEmpty()); }
TEST_F(Tree, PackagesStayInTheirFolder) { EXPECT_THAT(complaints(misplaced_packages), IsEmpty()); }
TEST_F(Tree, TheSimulationIsDeterministic) { EXPECT_THAT(complaints(nondeterminism), IsEmpty()); }
TEST_F(Tree, ComponentsDoNotMeet) { EXPECT_THAT(components_that_meet(sources_), IsEmpty()); }
TEST_F(Tree, LinesAreShort) { EXPECT_THAT(complaints(long_lines), IsEmpty()); }
TEST_F(Tree, NothingIsLeftForLater) { EXPECT_THAT(complaints(left_for_later), IsEmpty()); }
TEST_F(Tree, HeadersOpenWithTheirDataSheet) {
  EXPECT_THAT(complaints(header_without_data_sheet), IsEmpty());
}

}  // namespace
}  // namespace faultline::house::tree_test
