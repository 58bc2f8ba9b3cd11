// Brush: what every part of the picture is painted with.
#pragma once

#include "viz/screen/canvas.h"
#include "viz/view/run/fate.h"
#include "viz/view/theme/theme.h"

namespace faultline::viz {

struct Brush {
  Canvas& canvas;
  const Theme& theme;
  double scale = 1;  // of everything that is not on a stage

  double size(double natural) const { return natural * scale; }
};

// A fate's colour, and its shape for eyes that tell few colours apart.
inline Colour colour_of(Fate fate, const Theme& theme) {
  switch (fate) {
    case Fate::asking:
      return theme.in_flight;
    case Fate::retrying:
      return theme.retry;
    case Fate::answered:
      return theme.answered;
    case Fate::late:
      return theme.late;
    case Fate::failed:
      return theme.failed;
    case Fate::shed:
      return theme.shed;
  }
  return theme.in_flight;
}

inline DotShape shape_of(Fate fate) {
  switch (fate) {
    case Fate::asking:
      return DotShape::disc;
    case Fate::retrying:
      return DotShape::diamond;
    case Fate::answered:
      return DotShape::ring;
    case Fate::late:
      return DotShape::triangle;
    case Fate::failed:
      return DotShape::cross;
    case Fate::shed:
      return DotShape::square;
  }
  return DotShape::disc;
}

}  // namespace faultline::viz
