// For tests that look at pictures: sessions painted in memory, and how to read what was painted.
//
// Needs a display, as SFML does even where no window opens: run under xvfb-run.
#pragma once

#include <gtest/gtest.h>

#include <SFML/Graphics/Image.hpp>
#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/viz/shown.h"
#include "viz/screen/offscreen.h"
#include "viz/view/session/session.h"
#include "viz/view/session/state_dump.h"
#include "viz/view/theme/theme.h"

namespace faultline::viz {

// Making what pictures are painted with takes longer than to paint one: a suite shares it.
class OnScreen : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    offscreen_ = std::make_unique<Offscreen>(std::get<Fonts>(load_fonts()));
  }
  static void TearDownTestSuite() { offscreen_.reset(); }

  static sf::Image picture_of(const Session& session) { return offscreen_->picture_of(session); }

 private:
  static inline std::unique_ptr<Offscreen> offscreen_;
};

// By names of the library or paths.
inline Session session_of(const std::vector<std::string>& names, Point size = {1280, 720}) {
  std::vector<std::shared_ptr<const scenarios::Scenario>> all;
  for (const std::string& name : names) all.push_back(scenario_from(name));
  return Session(std::move(all), 1, size);
}

// Where things are on the screen, as a state dump says.
inline Box box_in(const nlohmann::ordered_json& json) {
  return {json[0].get<double>(), json[1].get<double>(), json[2].get<double>(),
          json[3].get<double>()};
}

inline Box card_box(const nlohmann::ordered_json& dump, const std::string& card,
                    std::size_t run = 0) {
  return box_in(dump.at("runs").at(run).at("cards").at(card).at("box"));
}

inline const nlohmann::ordered_json& cell_in(const nlohmann::ordered_json& dump,
                                             const std::string& card, int replica) {
  const auto& cells = dump.at("runs").at(0).at("cards").at(card).at("cells");
  const auto found = std::find_if(cells.begin(), cells.end(),
                                  [&](const auto& cell) { return cell.at("replica") == replica; });
  if (found == cells.end()) throw std::out_of_range(card + " has no such replica");
  return *found;
}

inline Box cell_box(const nlohmann::ordered_json& dump, const std::string& card, int replica) {
  return box_in(cell_in(dump, card, replica).at("box"));
}

inline const Theme& theme_of(const Session& session) {
  return theme(session.dark() ? ThemeName::dark : ThemeName::light);
}

// The nearest pixel, at the edge for a point beyond it.
inline Colour pixel(const sf::Image& image, Point at) {
  const auto within = [](double value, unsigned bound) {
    return static_cast<unsigned>(std::clamp(std::floor(value), 0.0, bound - 1.0));
  };
  const sf::Color found =
      image.getPixel(within(at.x, image.getSize().x), within(at.y, image.getSize().y));
  return {found.r, found.g, found.b, found.a};
}

// Whether no channel differs by more than `by`.
inline bool near(Colour a, Colour b, int by = 12) {
  return std::abs(a.r - b.r) <= by && std::abs(a.g - b.g) <= by && std::abs(a.b - b.b) <= by;
}

// Calls with every pixel whose middle lies in the box, as a point.
template <typename Each>
void for_pixels(const sf::Image& image, const Box& box, Each each) {
  const Point size{static_cast<double>(image.getSize().x), static_cast<double>(image.getSize().y)};
  for (double y = std::max(0.0, std::round(box.y)); y < std::min(size.y, box.bottom() - 0.5); ++y) {
    for (double x = std::max(0.0, std::round(box.x)); x < std::min(size.x, box.right() - 0.5);
         ++x) {
      each(Point{x, y});
    }
  }
}

inline std::size_t count_near(const sf::Image& image, const Box& box, Colour colour, int by = 12) {
  std::size_t count = 0;
  for_pixels(image, box, [&](Point at) { count += near(pixel(image, at), colour, by) ? 1U : 0U; });
  return count;
}

inline std::size_t colours_in(const sf::Image& image, const Box& box) {
  std::set<unsigned> all;
  for_pixels(image, box, [&](Point at) {
    const Colour colour = pixel(image, at);
    all.insert((colour.r << 16U) + (colour.g << 8U) + colour.b);
  });
  return all.size();
}

// How many pixels of the box are not the same in both.
inline std::size_t differing(const sf::Image& a, const sf::Image& b, const Box& box) {
  std::size_t count = 0;
  for_pixels(a, box, [&](Point at) { count += pixel(a, at) == pixel(b, at) ? 0U : 1U; });
  return count;
}

inline Box whole(const sf::Image& image) {
  return {0, 0, static_cast<double>(image.getSize().x), static_cast<double>(image.getSize().y)};
}

// Whether the arms of the cross that a dead replica bears are there, and nothing of it between
// them.
inline bool is_crossed(const sf::Image& image, const Box& cell, const Theme& theme) {
  const auto at = [&](double x, double y) {
    return pixel(image, {cell.x + cell.width * x, cell.y + cell.height * y});
  };
  for (const double along : {0.33, 0.5, 0.67}) {
    // The cross is narrower than the cell by the same on all sides: at its own proportions.
    const double y = 0.5 + (along - 0.5) * (24.0 / 32) / (20.0 / 28);
    if (!near(at(along, y), theme.down, 40) || !near(at(1 - along, y), theme.down, 40)) {
      return false;
    }
  }
  return !near(at(0.5, 0.25), theme.down, 40) && !near(at(0.2, 0.5), theme.down, 40);
}

inline bool is_around(const Box& outer, const Box& inner) {
  return outer.x <= inner.x && outer.y <= inner.y && outer.right() >= inner.right() &&
         outer.bottom() >= inner.bottom();
}

}  // namespace faultline::viz
