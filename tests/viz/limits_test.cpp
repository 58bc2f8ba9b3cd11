// Shows that a run which a limit of its scenario stops is over then, and says why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/scenarios/scratch_folder.h"
#include "tests/viz/shown.h"
#include "viz/view/words/caption.h"

namespace faultline::viz::limits_test {
namespace {

using testing::HasSubstr;

// A hundred records are not enough for retry-storm once its server has crashed; going there and
// going step by step come to the same end.
TEST(Limits, EndTheRunAndSayWhy) {
  const scenarios::ScratchFolder folder;
  const auto file =
      folder.write("tight.json", R"({"extends": "retry-storm", "run": {"max-records": 100}})");
  Playback gone = shown(file);
  gone.go_to(at_s(180));
  EXPECT_EQ(gone.stopped(), sim::Stop::record_limit);
  EXPECT_EQ(gone.now(), gone.end());
  EXPECT_LT(gone.end(), at_s(60));
  EXPECT_THAT(caption_of(gone).consequence, HasSubstr("max-records"));

  Playback stepped = shown(file);
  stepped.go_to(gone.end() - sim::Duration{50'000'000});
  while (stepped.now() < stepped.end()) stepped.step();
  EXPECT_EQ(stepped.stopped(), sim::Stop::record_limit);
  EXPECT_EQ(stepped.world().digest(), gone.world().digest());
}

}  // namespace
}  // namespace faultline::viz::limits_test
