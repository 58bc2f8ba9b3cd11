// Shows which values and points a sweep's words come to, and that what is wrong with them is said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "analysis/sweep/variation.h"

namespace faultline::analysis::vary_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> values_of(const std::string& text) {
  const auto list = ValueList::parse(text);
  return list ? list->values() : std::vector<std::string>{list.error().message};
}

Variation vary(const std::string& text) {
  scenarios::Problems problems;
  const auto variation = parse_variation(text, problems);
  EXPECT_TRUE(variation) << problems.text();
  return variation.value_or(Variation{});
}

std::string refused(const std::string& text) {
  scenarios::Problems problems;
  EXPECT_FALSE(parse_variation(text, problems));
  return problems.text();
}

TEST(ValueList, ReadsListsAsTheyStand) {
  EXPECT_THAT(values_of("1k/s,2k/s,5k/s"), ElementsAre("1k/s", "2k/s", "5k/s"));
  EXPECT_THAT(values_of("exp(5ms),pareto(1ms, 2)"), ElementsAre("exp(5ms)", "pareto(1ms, 2)"));
  EXPECT_THAT(values_of("true"), ElementsAre("true"));
  EXPECT_THAT(values_of("a..b"), ElementsAre("a..b"));
}

TEST(ValueList, StepsFromEndToEndInTheUnitWritten) {
  EXPECT_THAT(values_of("2..16:4"), ElementsAre("2", "6", "10", "14"));
  EXPECT_THAT(values_of("0.1..0.5:0.1"), ElementsAre("0.1", "0.2", "0.3", "0.4", "0.5"));
  EXPECT_THAT(values_of("10ms..30ms:10ms"), ElementsAre("10ms", "20ms", "30ms"));
  EXPECT_THAT(values_of("500ms..1.5s:500ms"), ElementsAre("500ms", "1s", "1.5s"));
  EXPECT_THAT(values_of("500/s..1k/s:250/s"), ElementsAre("500/s", "750/s", "1000/s"));
  EXPECT_THAT(values_of("1000000000..1000000002:1"),
              ElementsAre("1000000000", "1000000001", "1000000002"));
}

TEST(ValueList, GoesUpByOneFactorAfterLog) {
  EXPECT_THAT(values_of("log:1..1000:4"), ElementsAre("1", "10", "100", "1000"));
  EXPECT_THAT(values_of("log:10..1000:5"), ElementsAre("10", "32", "100", "316", "1000"));
  EXPECT_THAT(values_of("log:0.5..2.0:3"), ElementsAre("0.5", "1", "2"));
  EXPECT_THAT(values_of("log:1..3:7"), ElementsAre("1", "2", "3")) << "whole, and each once";
}

TEST(ValueList, RefusesWhatIsNoRange) {
  for (const char* text : {"16..2:2", "2..2:1"}) {
    EXPECT_THAT(values_of(text), ElementsAre(HasSubstr("rises"))) << text;
  }
  EXPECT_THAT(values_of("2..16:0"), ElementsAre("expected a step above 0"));
  EXPECT_THAT(values_of("1..1000000000:1"), ElementsAre("expected at most 10000 values"));
  EXPECT_THAT(values_of("log:1..2:20000"), ElementsAre("expected at most 10000 values"));
  EXPECT_THAT(values_of("log:0..2:3"), ElementsAre(HasSubstr("above 0")));
  EXPECT_THAT(values_of("log:1..8:1"), ElementsAre(HasSubstr("2 points or more")));
  EXPECT_THAT(values_of("log:8"), ElementsAre(HasSubstr("log:FROM..TO:POINTS")));
  EXPECT_THAT(values_of("10ms..50:10ms"), ElementsAre(HasSubstr("units that go together")));
  EXPECT_THAT(values_of("1,,2"), ElementsAre(HasSubstr("expected a value")));
  EXPECT_THAT(values_of("1,2,1"), ElementsAre("expected each value once, got 1 twice"));
}

TEST(ValueList, GivesAxesNumbersInOneUnit) {
  const auto times = numeric_axis({"500ms", "2s"});
  ASSERT_TRUE(times);
  EXPECT_THAT(times->numbers, ElementsAre(0.5, 2));
  EXPECT_EQ(times->unit, "s");
  EXPECT_THAT(numeric_axis({"1k/s", "2k/s"})->numbers, ElementsAre(1, 2));
  EXPECT_THAT(numeric_axis({"500", "1k"})->numbers, ElementsAre(500, 1000));
  EXPECT_FALSE(numeric_axis({"round-robin", "random"}));
  EXPECT_FALSE(numeric_axis({"5ms", "3"}));
}

TEST(Variation, MovesSeveralPointersTogether) {
  const std::vector<Variation> both = {vary("/a/x,/b/y=1,2"), vary("load=0.5")};
  EXPECT_EQ(point_json(both, {"2", "0.5"}), R"({"/a/x":2,"/b/y":2,"load":0.5})");
  const auto overrides = overrides_of(both, {"2", "0.5"});
  ASSERT_EQ(overrides.size(), 2U) << "the load is no override";
  EXPECT_EQ(overrides[1].path, "/b/y");
  EXPECT_EQ(overrides[1].value, "2");
  EXPECT_EQ(load_of(both, {"2", "0.5"}), 0.5);
  EXPECT_EQ(load_of(both, {"2", "-1"}), std::nullopt);
  EXPECT_EQ(load_of({both[0]}, {"2"}), 1);
}

TEST(Variation, IsCalledByTheEndOfItsPointerWhereThatIsClear) {
  EXPECT_THAT(names_of({vary("/a/web/x=1"), vary("a.web.y=1"), vary("load=1"), vary("/z=1")}),
              ElementsAre("web/x", "web.y", "load", "/z"));
  EXPECT_THAT(names_of({vary("/a/web/x=1"), vary("/b/web/x=1")}),
              ElementsAre("/a/web/x", "/b/web/x"));
}

TEST(Variation, RefusesWhatItCannotRead) {
  EXPECT_THAT(refused("1..2"), HasSubstr("expected POINTER=VALUE"));
  EXPECT_THAT(refused("/a,=1"), HasSubstr("--vary: expected a pointer beside each comma"));
  EXPECT_THAT(refused("/a,load=1"), HasSubstr("expected `load` on its own"));
  EXPECT_THAT(refused("/a=3..1:1"), HasSubstr("FROM < TO, got \"/a=3..1:1\""));
}

TEST(Grid, HasEveryCombinationTheLastChangingFastest) {
  scenarios::Problems problems;
  EXPECT_THAT(grid_of({vary("/a=1,2"), vary("/b=x,y")}, problems),
              ElementsAre(ElementsAre("1", "x"), ElementsAre("1", "y"), ElementsAre("2", "x"),
                          ElementsAre("2", "y")));
  EXPECT_THAT(problems.text(), IsEmpty());
  EXPECT_THAT(grid_of({vary("/a=1..200:1"), vary("/b=1..200:1"), vary("/c=1..2")}, problems),
              IsEmpty());
  EXPECT_THAT(problems.text(), HasSubstr("expected a step or a number of points"));
  scenarios::Problems too_many;
  EXPECT_THAT(grid_of({vary("/a=1..200:1"), vary("/b=1..200:1")}, too_many), IsEmpty());
  EXPECT_THAT(too_many.text(), HasSubstr("at most 10000 points; a sample of them: --sample "
                                         "lhs:200, got 40000"));
}

// One point in each of the fifty parts of either range, and not on a diagonal.
TEST(LatinHypercube, MeetsEveryPartOfEveryRangeOnce) {
  const std::vector<Variation> variations = {vary("/a=0.0..50.0"), vary("/b=log:1.0..1024.0")};
  const auto points = latin_hypercube(variations, 50, 7);
  ASSERT_EQ(points.size(), 50U);
  std::vector<double> a;
  std::ptrdiff_t low = 0;  // of b
  for (const SweepPoint& point : points) {
    a.push_back(std::stod(point[0]));
    if (std::stod(point[1]) < 32) ++low;
  }
  std::sort(a.begin(), a.end());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_NEAR(a[i], static_cast<double>(i) + 0.5, 0.505) << "values have four digits";
  }
  EXPECT_EQ(low, 25) << "half of a geometric range lies below its geometric middle";
  EXPECT_EQ(points, latin_hypercube(variations, 50, 7));
  EXPECT_NE(points, latin_hypercube(variations, 50, 8));
  EXPECT_FALSE(std::is_sorted(points.begin(), points.end()));
}

TEST(LatinHypercube, ChoosesAmongValuesThatAreListed) {
  const auto points = latin_hypercube({vary("/a=1,2"), vary("/b=1..3")}, 30, 1);
  std::set<SweepPoint> different(points.begin(), points.end());
  EXPECT_EQ(points.size(), 6U) << "whole values between whole ends, and each point once";
  EXPECT_EQ(different.size(), points.size());
}

}  // namespace
}  // namespace faultline::analysis::vary_test
