// Shows that what changed between two documents can be said as a patch.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scenarios/merge_patch.h"

namespace faultline::scenarios::patch_between_test {
namespace {

using nlohmann::json;

// What a patch between two documents makes of the first is the second: keys changed, new, and gone,
// at any depth; lists as a whole; and nothing where nothing changed.
TEST(PatchBetween, MakesTheSecondOfTheFirst) {
  const json from =
      json::parse(R"({"a": 1, "b": {"c": [1, 2], "d": "x", "e": 2}, "same": {"k": 1}})");
  const json to = json::parse(R"({"b": {"c": [1, 3], "e": 2, "f": {"g": 0}}, "same": {"k": 1}})");
  const json patch = patch_between(from, to);
  EXPECT_EQ(patch, json::parse(R"({"a": null, "b": {"c": [1, 3], "d": null, "f": {"g": 0}}})"));
  json made = from;
  made.merge_patch(patch);
  EXPECT_EQ(made, to);
  EXPECT_EQ(patch_between(to, to), json::object());
}

}  // namespace
}  // namespace faultline::scenarios::patch_between_test
