// Shows that whatever there is to open gives a picture: every scenario of the library, a large
// generated one, and two side by side.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scenarios/find_scenario.h"
#include "tests/scenarios/scratch_folder.h"
#include "tests/window/on_screen.h"

namespace faultline::viz::library_picture_test {
namespace {

class Pictures : public OnScreen {};

// Every card has its surface within the stage, and letters or cells upon it.
void expect_cards_painted(const Session& session, const sf::Image& image, std::size_t stage) {
  const Shown& shown = *session.shown()[stage];
  const Theme& colours = theme_of(session);
  for (const Card& card : shown.stage.cards()) {
    const Box box = shown.camera.to_screen(card.box);
    EXPECT_TRUE(is_around(session.frame().stages[stage].grown(0.5), box)) << card.place;
    const double area = box.width * box.height;
    EXPECT_GT(static_cast<double>(count_near(image, box, colours.card, 3)), area * 0.15)
        << card.place;
    EXPECT_GE(colours_in(image, box), 8U) << card.place;
  }
}

// A scenario of the library opens in a small window, is simulated for five seconds, and shows all
// of its cards.
TEST_F(Pictures, EveryScenarioOfTheLibraryHasOne) {
  const std::vector<std::string> names = scenarios::scenario_names(library());
  ASSERT_GT(names.size(), 80U);
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    Session session = session_of({name}, {640, 360});
    session.go_to(std::min(at_s(5), session.end()));
    const sf::Image image = picture_of(session);
    EXPECT_GE(session.shown().front()->stage.cards().size(), 2U);
    expect_cards_painted(session, image, 0);
    EXPECT_GE(colours_in(image, session.frame().time_line), 5U);
  }
}

constexpr std::size_t layers = 10;
constexpr std::size_t in_a_layer = 12;

std::string name_in(std::size_t layer, std::size_t i) {
  return "layer" + std::to_string(layer) + "-" + std::to_string(i % in_a_layer);
}

// Services in layers, each of which calls two of the next layer; three regions, every third service
// in two of them.
nlohmann::json large_architecture() {
  using nlohmann::json;
  const std::array<std::string, 3> regions = {"east", "west", "south"};
  json scenario = {
      {"name", "large"}, {"about", "Services that call services."}, {"run", {{"duration", "10s"}}}};
  for (const std::string& region : regions) {
    scenario["network"]["regions"][region] = {{"zones", {"a", "b"}}};
  }
  scenario["network"]["clients"]["homes"] = {{"near", "east"}};
  for (std::size_t layer = 0; layer < layers; ++layer) {
    for (std::size_t i = 0; i < in_a_layer; ++i) {
      json steps = json::array({{{"compute", "exp(1ms)"}}});
      if (layer + 1 < layers) {
        steps.push_back({{"call", name_in(layer + 1, i)}});
        steps.push_back({{"call", name_in(layer + 1, 5 * i + 1)}});
      }
      std::vector<std::string> zones = {regions[i % 3] + "/a"};
      if (i % 3 == 0) zones.push_back(regions[(i + layer) % 3] + "/b");
      scenario["components"][name_in(layer, i)] = {{"type", "service"},
                                                   {"replicas", zones.size()},
                                                   {"zones", zones},
                                                   {"workers", 4},
                                                   {"endpoints", {{"*", steps}}}};
    }
  }
  for (std::size_t i = 0; i < in_a_layer; ++i) {
    scenario["workloads"]["users" + std::to_string(i)] = {{"from", "homes"},
                                                          {"to", name_in(0, i)},
                                                          {"arrivals", "poisson(1/s)"},
                                                          {"call", {{"timeout", "5s"}}}};
  }
  return scenario;
}

// A generated architecture of 120 services in three regions opens, runs and is painted; no card
// lies over another, on the screen as on the stage.
TEST_F(Pictures, ALargeArchitectureHasOne) {
  const scenarios::ScratchFolder folder;
  const auto file = folder.write("large.json", large_architecture().dump(1));
  Session session = session_of({file.string()}, {1920, 1080});
  session.go_to(at_s(2));
  const sf::Image image = picture_of(session);
  const Shown& shown = *session.shown().front();
  const std::vector<Card>& cards = shown.stage.cards();
  ASSERT_GE(cards.size(), layers * in_a_layer + in_a_layer);
  for (std::size_t a = 0; a < cards.size(); ++a) {
    const Box box = shown.camera.to_screen(cards[a].box);
    EXPECT_TRUE(is_around(session.frame().stages.front(), box)) << cards[a].place;
    EXPECT_GT(count_near(image, box, theme(ThemeName::light).card, 3), 20U) << cards[a].place;
    for (std::size_t b = 0; b < a; ++b) {
      EXPECT_FALSE(box.overlaps(shown.camera.to_screen(cards[b].box)))
          << cards[a].place << " and " << cards[b].place;
    }
  }
}

// Two scenarios stand side by side at the same moment, each with its cards on its own stage and a
// line between the two; as one dies under its retries and the other does not, so do the pictures
// differ.
TEST_F(Pictures, TwoScenariosStandSideBySide) {
  Session session = session_of({"retry-storm", "retry-storm-budget"});
  session.go_to(at_s(40));
  ASSERT_EQ(session.shown().size(), 2U);
  for (const auto& shown : session.shown()) EXPECT_EQ(shown->playback.now(), at_s(40));
  const sf::Image image = picture_of(session);
  expect_cards_painted(session, image, 0);
  expect_cards_painted(session, image, 1);

  const Box& right = session.frame().stages[1];
  EXPECT_DOUBLE_EQ(right.x, session.frame().stages[0].right());
  const Box line{std::floor(right.x), right.y, 1, right.height};
  EXPECT_GT(count_near(image, line, theme(ThemeName::light).region_rim), line.height * 0.95);

  const auto busy_in = [&](std::size_t stage) {
    const Box box = card_box(state_dump(session), "web", stage);
    return count_near(image, box, theme(ThemeName::light).busy);
  };
  EXPECT_GT(busy_in(0), busy_in(1));
}

}  // namespace
}  // namespace faultline::viz::library_picture_test
