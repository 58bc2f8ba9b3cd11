#include "scenarios/problems.h"

#include <gtest/gtest.h>

namespace faultline::scenarios::problems_test {
namespace {

const std::vector<std::string> service_keys = {"replicas", "workers", "zones", "health-check"};

// A problem reads as one line: file, place, pointer, what is wrong, what was found, what was meant.
TEST(Problems, ReadAsOneLineEach) {
  Problems problems;
  problems.add({{"shop.json", Position{12, 16}},
                "/components/web/workrs",
                "unknown key \"workrs\"",
                std::nullopt,
                "workers"});
  problems.add({{"--set", std::nullopt}, "/run/seed", "expected a whole number", "\"x\"", {}});
  EXPECT_EQ(problems.text(),
            "shop.json:12:16: /components/web/workrs: unknown key \"workrs\"; did you mean "
            "\"workers\"?\n"
            "--set: /run/seed: expected a whole number, got \"x\"\n");
}

// Nobody reads ten thousand lines: the first thousand are kept, the others counted.
TEST(Problems, AreCountedBeyondThoseKept) {
  Problems problems;
  for (int i = 0; i < 1234; ++i) problems.add({{"a.json", std::nullopt}, "", "wrong", {}, {}});
  EXPECT_EQ(problems.count(), 1234U);
  EXPECT_EQ(problems.kept().size(), 1000U);
  EXPECT_TRUE(problems.text().ends_with("and 234 more problems\n"));
}

// A typing mistake finds the name that was meant; a different word finds none.
TEST(Problems, SuggestTheNearestName) {
  EXPECT_EQ(nearest_name("workrs", service_keys), "workers");
  EXPECT_EQ(nearest_name("Wrokers", service_keys), "workers");
  EXPECT_EQ(nearest_name("health_check", service_keys), "health-check");
  EXPECT_EQ(nearest_name("zone", service_keys), "zones");
  EXPECT_EQ(nearest_name("banana", service_keys), std::nullopt);
  EXPECT_EQ(nearest_name("", service_keys), std::nullopt);
  EXPECT_EQ(nearest_name("x", {"y"}), std::nullopt);
  EXPECT_EQ(nearest_name("ab", {"ac", "ad"}), "ac");
}

// What a file contains cannot steer the terminal: control characters are printed as escapes, and
// a cut never falls inside a character.
TEST(Problems, QuoteWithoutControlCharacters) {
  EXPECT_EQ(in_quotes("a\x1b[31m\n\x7f"), R"("a\u001b[31m\u000a\u007f")");
  EXPECT_EQ(in_quotes("\xC2\x9Bm"), R"("\u009bm")");
  EXPECT_EQ(in_quotes("h\xC3\xA9llo", 2), "\"h...\"");
  EXPECT_EQ(in_quotes("h\xC3\xA9llo", 6), "\"h\xC3\xA9llo\"");
}

// The exception thrown at the end of a stage carries every problem of it.
TEST(Problems, TravelInOneException) {
  Problems problems;
  problems.add({{"a.json", std::nullopt}, "", "first", {}, {}});
  problems.add({{"a.json", std::nullopt}, "", "second", {}, {}});
  const ScenarioError error(problems);
  EXPECT_STREQ(error.what(), "a.json: first\na.json: second\n");
  EXPECT_EQ(error.problems().count(), 2U);
}

}  // namespace
}  // namespace faultline::scenarios::problems_test
