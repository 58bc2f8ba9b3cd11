// Shows, by a bad snippet for every rule of the house, that the rule can fail; and by a good one
// beside it that it does not cry wolf.
#include "tests/house/source_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace faultline::house::source_rules_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(CodeOnly, BlanksCommentsAndStringsAndKeepsLines) {
  EXPECT_EQ(code_only("a // b\nc"), "a     \nc");
  EXPECT_EQ(code_only("a /* b\n */ c"), "a     \n    c");
  EXPECT_EQ(code_only("f(\"//\\\"x\", 'y')"), "f(       ,    )");
  EXPECT_EQ(code_only("f(R\"(a\"b)\") + 1'000"), "f(        ) + 1'000");
  EXPECT_EQ(code_only("#include \"a/b.h\"  // c", true), "#include \"a/b.h\"      ");
}

TEST(UpwardIncludes, EachFolderSeesOnlyThoseBelow) {
  EXPECT_THAT(upward_includes({"sim/a.h", "// a\n#include \"models/b.h\"\n"}),
              ElementsAre("sim/a.h:2: includes upward: models/b.h"));
  EXPECT_THAT(upward_includes({"models/a.h", "#include <scenarios/b.h>"}), SizeIs(1));
  EXPECT_THAT(upward_includes({"models/database/a.h", "#include \"analysis/b.h\""}), SizeIs(1));
  EXPECT_THAT(upward_includes({"scenarios/a.h", "#include \"cli/b.h\""}), SizeIs(1));
  EXPECT_THAT(upward_includes({"analysis/a.h", "  #  include \"viz/b.h\""}), SizeIs(1));
  EXPECT_THAT(upward_includes({"viz/a.h", "#include \"cli/b.h\""}), SizeIs(1));
  EXPECT_THAT(upward_includes({"cli/a.h", "#include \"tests/b.h\""}), SizeIs(1));
  EXPECT_THAT(upward_includes({"sim/a.cpp", "#include \"a.h\""}),
              ElementsAre(HasSubstr("not named from the root")));
}

TEST(UpwardIncludes, DownwardAndCommentedOnesAreFine) {
  EXPECT_THAT(upward_includes({"cli/a.h", "#include \"sim/b.h\"\n#include <vector>"}), IsEmpty());
  EXPECT_THAT(upward_includes({"viz/a.h", "#include \"analysis/b.h\""}), IsEmpty());
  EXPECT_THAT(upward_includes({"sim/a.h", "// #include \"models/b.h\""}), IsEmpty());
  EXPECT_THAT(upward_includes({"tests/sim/a.cpp", "#include \"models/b.h\""}), IsEmpty());
}

TEST(MisplacedPackages, JsonScreensAndCommandLinesHaveTheirFolder) {
  EXPECT_THAT(misplaced_packages({"cli/a.h", "#include <SFML/Graphics.hpp>"}), SizeIs(1));
  EXPECT_THAT(misplaced_packages({"sim/a.h", "#include <nlohmann/json.hpp>"}), SizeIs(1));
  EXPECT_THAT(misplaced_packages({"models/a.h", "#include <nlohmann/json_fwd.hpp>"}), SizeIs(1));
  EXPECT_THAT(misplaced_packages({"analysis/a.h", "#include <CLI/CLI.hpp>"}), SizeIs(1));
  EXPECT_THAT(misplaced_packages({"viz/a.h", "#include <SFML/Graphics.hpp>"}), IsEmpty());
  EXPECT_THAT(misplaced_packages({"scenarios/a.h", "#include <nlohmann/json.hpp>"}), IsEmpty());
  EXPECT_THAT(misplaced_packages({"cli/a.h", "#include <CLI/CLI.hpp>"}), IsEmpty());
}

TEST(Nondeterminism, IsCaughtInTheSimulation) {
  for (const char* bad :
       {"std::normal_distribution<> d;", "x = rand();", "std::random_device r;",
        "std::chrono::steady_clock::now()", "std::chrono::system_clock::now()", "time(nullptr)",
        "std::unordered_map<int, int> m;", "std::unordered_set<int> s;", "std::log(x)",
        "std::powf(x, y)", "std::lgamma(x)", "y = ::exp(x);", "__builtin_sin(x)"}) {
    EXPECT_THAT(nondeterminism({"sim/a.cpp", bad}), SizeIs(1)) << bad;
    EXPECT_THAT(nondeterminism({"models/cache.cpp", bad}), SizeIs(1)) << bad;
    EXPECT_THAT(nondeterminism({"analysis/a.cpp", bad}), IsEmpty()) << bad;
  }
}

TEST(Nondeterminism, OurOwnFunctionsAndExactOnesAreFine) {
  for (const char* good :
       {"log(x)", "sim::log(x)", "faultline::sim::exp(x)", "std::sqrt(x)", "std::floor(x)",
        "// std::log is libm's", "\"std::log\"", "operand(x)", "std::logic_error e;",
        "std::exponent", "__builtin_clzll(x)", "run_time(0)", "std::map<int, int> m;"}) {
    EXPECT_THAT(nondeterminism({"sim/a.cpp", good}), IsEmpty()) << good;
  }
}

TEST(ComponentsThatMeet, OnlyTheRegistrySeesSeveral) {
  const Source cache{"models/cache.h", "class Cache final : public Component {};"};
  const Source queue{"models/queue.h",
                     "#include \"models/cache.h\"\nclass Queue : public models::Component {};"};
  const Source two{"models/queue.cpp",
                   "#include \"models/queue.h\"\n#include \"models/cache.h\"\n"};
  const Source own{"models/cache.cpp", "#include \"models/cache.h\"\n#include \"models/call.h\"\n"};
  const Source call{"models/call.h", "class Component;\nclass Call { Component* to; };"};
  const Source registry{"models/registry.cpp", two.text};
  EXPECT_THAT(components_that_meet({cache, queue, two, own, call, registry}),
              ElementsAre("models/queue.h:1: meets another component: models/cache.h",
                          "models/queue.cpp:2: meets another component: models/cache.h"));
}

TEST(LongLines, HundredColumnsOfCharacters) {
  EXPECT_THAT(long_lines({"sim/a.h", std::string(100, 'x')}), IsEmpty());
  EXPECT_THAT(long_lines({"sim/a.h", "\n" + std::string(101, 'x')}),
              ElementsAre("sim/a.h:2: 101 columns"));
  std::string accents;
  for (int i = 0; i < 100; ++i) accents += "\u00e9";
  EXPECT_THAT(long_lines({"sim/a.h", accents}), IsEmpty());
}

TEST(LeftForLater, IsFoundInCommentsToo) {
  const std::string mark = std::string("TO") + "DO";
  EXPECT_THAT(left_for_later({"sim/a.h", "// " + mark + ": more"}), SizeIs(1));
  EXPECT_THAT(left_for_later({"sim/a.h", std::string("// FIX") + "ME"}), SizeIs(1));
  EXPECT_THAT(left_for_later({"sim/a.h", "// to do so"}), IsEmpty());
}

TEST(HeaderWithoutDataSheet, WantsAnOpeningCommentAndPragmaOnce) {
  EXPECT_THAT(header_without_data_sheet({"sim/a.h", "#pragma once\n"}), SizeIs(1));
  EXPECT_THAT(header_without_data_sheet({"sim/a.h", "// A: #pragma once\n"}), SizeIs(1));
  EXPECT_THAT(header_without_data_sheet({"sim/a.h", "// A: what it is.\n#pragma once\n"}),
              IsEmpty());
  EXPECT_THAT(header_without_data_sheet({"sim/a.cpp", "int a;\n"}), IsEmpty());
}

}  // namespace
}  // namespace faultline::house::source_rules_test
