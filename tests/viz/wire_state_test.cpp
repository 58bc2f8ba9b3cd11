// Shows how the way between two cards is told: what went there, and what is wrong with it.
#include "viz/view/stage/wire_state.h"

#include <gtest/gtest.h>

#include "tests/viz/shown.h"

namespace faultline::viz::wire_state_test {
namespace {

using State = models::CircuitBreaker::State;

struct Watched {
  Playback playback;
  Stage stage;

  explicit Watched(const std::string& name)
      : playback(shown(name)), stage(playback.world(), playback.regions()) {}
  WireState between(const std::string& from, const std::string& to) const {
    for (const Wire& wire : stage.wires()) {
      if (stage.cards()[wire.from].name == from && stage.cards()[wire.to].name == to) {
        return state_of(wire, playback);
      }
    }
    ADD_FAILURE() << "no wire " << from << "->" << to;
    return {};
  }
};

// The shoppers' breaker is closed before the crash, opens in its fifth second, and is closed again
// ten seconds after it began; only their own way has one.
TEST(WireState, TellsOfTheCircuitBreaker) {
  Watched watched("retry-storm-breaker");
  for (const auto& [seconds, state] : {std::pair{15.0, State::closed}, std::pair{26.0, State::open},
                                       std::pair{40.0, State::closed}}) {
    watched.playback.go_to(at_s(seconds));
    EXPECT_EQ(watched.between("shoppers", "lb").breaker, state) << seconds;
    EXPECT_FALSE(watched.between("lb", "web").breaker);
  }
}

// Some 70 a second are sent both ways, one after the other, and nothing before the first window
// has ended.
TEST(WireState, TellsTheRateOfTheLastWindow) {
  Watched watched("retry-storm");
  EXPECT_EQ(watched.between("shoppers", "lb").per_s, 0);
  watched.playback.go_to(at_s(15));
  EXPECT_NEAR(watched.between("shoppers", "lb").per_s, 70, 30);
  EXPECT_NEAR(watched.between("lb", "web").per_s, watched.between("shoppers", "lb").per_s, 5);
}

TEST(WireState, TellsWhatFaultsDo) {
  Watched watched("retry-storm");
  watched.playback.go_to(at_s(15));
  EXPECT_FALSE(watched.between("lb", "web").change.cut);
  scenarios::Happening cut;
  cut.cut = "lb->web";
  watched.playback.break_now(cut, {});
  EXPECT_TRUE(watched.between("lb", "web").change.cut);
  EXPECT_FALSE(watched.between("shoppers", "lb").change.cut);
}

}  // namespace
}  // namespace faultline::viz::wire_state_test
