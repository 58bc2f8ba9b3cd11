// Theme: which colour every thing on the screen has, by its role; one for dark rooms and screens,
// one for bright ones and paper.
//
// Invariant    against background, region, card and panel, the contrast (WCAG 2.2) of ink is at
//              least 7, of muted 4.5, of every fate, state and series 3; and fates differ from one
//              another, as do series, for protanopes and deuteranopes too (tests/viz/theme_test)
// Source       the hues of fates and series are those of Okabe and Ito, "Color Universal Design"
//              (2008), with the lightness that each theme needs
#pragma once

#include <array>
#include <cstdint>

#include "viz/view/theme/colour.h"

namespace faultline::viz {

enum class ThemeName : std::uint8_t { light, dark };

struct Theme {
  // Surfaces, from the back to the front.
  Colour background;
  Colour region;
  Colour region_rim;
  Colour card;
  Colour card_rim;
  Colour panel;

  // Text and lines.
  Colour ink;
  Colour muted;  // text of less weight
  Colour faint;  // grid lines
  Colour edge;   // from caller to callee
  Colour selected;

  // A replica's cell and its state.
  Colour cell;  // its empty part
  Colour busy;  // its filled part
  Colour down;
  Colour slow;
  Colour starting;
  Colour draining;
  Colour leader;

  // Fates of requests.
  Colour in_flight;
  Colour answered;
  Colour late;
  Colour retry;
  Colour failed;
  Colour shed;

  std::array<Colour, 8> series;  // of charts
};

const Theme& theme(ThemeName name);

}  // namespace faultline::viz
