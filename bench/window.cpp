// How long the window makes one wait: for a frame with 5,000 dots, for a jump to a moment already
// simulated, and for a layout. Needs a display; under Xvfb it measures software rendering.
#include <fmt/format.h>

#include <SFML/Graphics/RenderWindow.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>

#include "analysis/loading.h"
#include "scenarios/find_scenario.h"
#include "scenarios/library_path.h"
#include "viz/screen/display.h"
#include "viz/screen/picture.h"

namespace faultline::viz {
namespace {

using Clock = std::chrono::steady_clock;

template <class Work>
double ms_of(Work work) {
  const Clock::time_point begin = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

std::unique_ptr<Session> session_of(const std::string& name) {
  scenarios::Problems problems;
  auto scenario = analysis::load_by_name(name, {}, problems);
  std::vector<std::shared_ptr<const scenarios::Scenario>> all;
  const std::uint64_t seed = scenario->run.seed;
  all.push_back(std::make_shared<const scenarios::Scenario>(std::move(*scenario)));
  return std::make_unique<Session>(std::move(all), seed, Point{1280, 720});
}

void frames(Fonts fonts) {
  constexpr int count = 300, dots = 5000;
  sf::RenderWindow window(sf::VideoMode(1280, 720), "bench");
  Canvas canvas(std::move(fonts));
  const auto session = session_of("two-region-shop");
  session->go_to(sim::Time{} + sim::Duration::from_seconds(90));
  std::vector<double> times;
  for (int frame = 0; frame < count; ++frame) {
    times.push_back(ms_of([&] {
      paint(canvas, *session);
      for (int i = 0; i < dots; ++i) {
        canvas.dot({std::fmod(i * 37.7 + frame, 1280), std::fmod(i * 91.3, 720)}, 4, {46, 141, 196},
                   static_cast<DotShape>(i % 6));
      }
      window.clear();
      canvas.draw(window);
      window.display();
    }));
  }
  std::sort(times.begin(), times.end());
  fmt::print(
      "frame of two-region-shop and 5,000 dots at 1280x720: median {:.1f} ms ({:.0f} a "
      "second), 95 of 100 within {:.1f} ms\n",
      times[count / 2], 1000 / times[count / 2], times[count * 95 / 100]);
}

void jumps() {
  fmt::print("{:<32} {:>9} {:>10} {:>12} {:>7}\n", "scenario", "layout ms", "whole s", "longest ms",
             "clones");
  double longest_of_all = 0;
  for (const std::string& name : scenarios::scenario_names(scenarios::library_path())) {
    std::unique_ptr<Session> session;
    const double opening = ms_of([&] { session = session_of(name); });
    const double whole = ms_of([&] { session->go_to(session->end()); });
    double longest = 0;
    for (const double share : {0.97, 0.03, 0.5, 0.33, 0.81, 0.12, 0.66, 0.99, 0.2}) {
      const auto at = static_cast<double>(session->end().ns) * share;
      longest = std::max(longest,
                         ms_of([&] { session->go_to(sim::Time{} + sim::Duration::from_ns(at)); }));
    }
    longest_of_all = std::max(longest_of_all, longest);
    fmt::print("{:<32} {:>9.1f} {:>10.2f} {:>12.0f} {:>7}\n", name, opening, whole / 1000, longest,
               session->selected_shown().playback.clones());
  }
  fmt::print("longest jump: {:.0f} ms\n", longest_of_all);
}

int run() {
  if (const auto problem = display_problem()) {
    fmt::print(stderr, "{}\n", *problem);
    return 2;
  }
  auto fonts = load_fonts();
  if (const auto* none = std::get_if<NoFonts>(&fonts)) {
    fmt::print(stderr, "{}\n", none->problem);
    return 2;
  }
  frames(std::move(std::get<Fonts>(fonts)));
  jumps();
  return 0;
}

}  // namespace
}  // namespace faultline::viz

int main() { return faultline::viz::run(); }
