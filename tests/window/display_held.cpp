// Holds the display for as long as tests run: a server without clients begins anew, as Xvfb does
// between one test's window and the next, and whoever comes meanwhile is turned away.
#include <gtest/gtest.h>

#include <SFML/Window/Context.hpp>
#include <cstdlib>
#include <memory>

namespace faultline::viz {
namespace {

class DisplayHeld : public testing::Environment {
 public:
  void SetUp() override {
    ASSERT_NE(std::getenv("DISPLAY"), nullptr) << "run these tests under xvfb-run -a";
    context_ = std::make_unique<sf::Context>();
  }
  void TearDown() override { context_.reset(); }

 private:
  std::unique_ptr<sf::Context> context_;
};

const auto* const held = testing::AddGlobalTestEnvironment(new DisplayHeld);

}  // namespace
}  // namespace faultline::viz
