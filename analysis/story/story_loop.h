// What keeps users down when the trigger is over: a circle of figures, each out of its range and
// each fed by the one before; or simply more load.
#pragma once

#include <optional>

#include "analysis/maps/course.h"
#include "analysis/story/call_ways.h"
#include "analysis/story/figure_book.h"
#include "analysis/story/story.h"

namespace faultline::analysis {

// Judged by medians over the time in which users were held down: from `held_from` to `held_to`, or
// the later half of it when they never came back. nullopt: that time is too short, or no circle
// closes in what was measured.
std::optional<HeldBy> find_what_holds(const CallWays& ways, const FigureBook& book,
                                      WindowRange calm, const Story& story);

}  // namespace faultline::analysis
