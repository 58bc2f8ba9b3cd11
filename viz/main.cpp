// The command line of `faultline-viz`: what may be said, and what it means.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>

#include "analysis/loading.h"
#include "sim/units.h"
#include "viz/screen/display.h"
#include "viz/screen/offscreen.h"
#include "viz/screen/window.h"

namespace {

using namespace faultline;
using namespace faultline::viz;

constexpr int exit_done = 0;
constexpr int exit_wrong = 2;
constexpr int exit_our_bug = 70;

struct Arguments {
  std::vector<std::string> scenarios;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> set;
  std::string size = "1280x720";
  std::string theme = "light";
  std::string at, from, until;
  double speed = 1;
  unsigned frames_per_second = 30;
  std::string select;
  std::string screenshot, record, script, state_dump, font;

  bool needs_no_window() const { return !screenshot.empty() || !record.empty() || !script.empty(); }
};

struct Settings {
  Point size;
  std::optional<sim::Time> at, from, until;
  std::vector<ScriptLine> script;
};

// All that can be found wrong before anything is shown is said at once.
std::optional<Point> size_of(const std::string& text, scenarios::Problems& problems) {
  unsigned width = 0, height = 0;
  const char* const end = text.data() + text.size();
  const auto [x, error] = std::from_chars(text.data(), end, width);
  const bool read = error == std::errc{} && x != end && *x == 'x' &&
                    std::from_chars(x + 1, end, height).ptr == end;
  if (read && width >= 320 && height >= 240 && width <= 8192 && height <= 8192) {
    return Point{static_cast<double>(width), static_cast<double>(height)};
  }
  problems.add({.origin = {"--size", {}},
                .pointer = {},
                .message = "expected WIDTHxHEIGHT, from 320x240 to 8192x8192",
                .value = text,
                .suggestion = {}});
  return std::nullopt;
}

std::optional<sim::Time> instant_of(const char* option, const std::string& text,
                                    scenarios::Problems& problems) {
  if (text.empty()) return std::nullopt;
  const auto duration = sim::parse_duration(text);
  if (duration) return sim::Time{} + *duration;
  problems.add({.origin = {option, {}},
                .pointer = {},
                .message = "expected a time such as 65s",
                .value = text,
                .suggestion = {}});
  return std::nullopt;
}

Settings settings_of(const Arguments& arguments, scenarios::Problems& problems) {
  Settings settings;
  settings.size = size_of(arguments.size, problems).value_or(Point{1280, 720});
  settings.at = instant_of("--at", arguments.at, problems);
  settings.from = instant_of("--from", arguments.from, problems);
  settings.until = instant_of("--to", arguments.until, problems);
  if (!arguments.script.empty()) settings.script = read_script(arguments.script, problems);
  return settings;
}

Window::Opened open(const std::vector<std::string>& names, const Arguments& arguments, Point size) {
  scenarios::Problems problems;
  std::vector<scenarios::Override> overrides;
  for (const std::string& text : arguments.set) {
    if (auto setting = scenarios::parse_override(text, problems)) {
      overrides.push_back(std::move(*setting));
    }
  }
  std::vector<std::shared_ptr<const scenarios::Scenario>> loaded;
  for (const std::string& name : names) {
    auto scenario = analysis::load_by_name(name, overrides, problems);
    if (!scenario) continue;
    loaded.push_back(std::make_shared<const scenarios::Scenario>(std::move(*scenario)));
  }
  if (!problems.empty()) return problems.text();
  const std::uint64_t seed = arguments.seed.value_or(loaded.front()->run.seed);
  auto session = std::make_unique<Session>(std::move(loaded), seed, size);
  session->set_dark(arguments.theme == "dark");
  session->set_speed(Speed(arguments.speed));
  return session;
}

int fail(const std::string& problem) {
  fmt::print(stderr, "{}{}", problem, problem.ends_with('\n') ? "" : "\n");
  return exit_wrong;
}

int shoot(Fonts fonts, Session& session, const Arguments& arguments, const Settings& settings) {
  Offscreen offscreen(std::move(fonts));
  if (const Failure failure = offscreen.follow(settings.script, session, ".")) {
    return fail(arguments.script + ": " + *failure);
  }
  if (!arguments.record.empty()) {
    const Offscreen::Film film{.to = arguments.record,
                               .from = settings.from.value_or(sim::Time{}),
                               .until = settings.until.value_or(session.end()),
                               .frames_per_second = arguments.frames_per_second};
    if (const Failure failure = offscreen.record(session, film)) return fail(*failure);
  }
  if (!arguments.screenshot.empty()) {
    if (const Failure failure = offscreen.screenshot(session, arguments.screenshot)) {
      return fail(*failure);
    }
  }
  if (!arguments.state_dump.empty()) {
    if (const Failure failure = write_state(session, arguments.state_dump)) return fail(*failure);
  }
  return exit_done;
}

int show(Fonts fonts, Window::Opened opened, const Arguments& arguments, const Settings& settings) {
  Window::Options options{.size = settings.size, .state_dump = {}, .folder = "."};
  if (!arguments.state_dump.empty()) options.state_dump = arguments.state_dump;
  Window window(std::move(fonts), options);
  const bool wrong = std::holds_alternative<std::string>(opened);
  if (arguments.scenarios.empty()) {
    window.show_list(
        [&](const std::string& name, Point size) { return open({name}, arguments, size); });
  } else {
    window.show(std::move(opened));
  }
  window.run();
  return wrong ? exit_wrong : exit_done;
}

int run(const Arguments& arguments) {
  scenarios::Problems problems;
  const Settings settings = settings_of(arguments, problems);
  if (!problems.empty()) return fail(problems.text());
  if (arguments.needs_no_window() && arguments.scenarios.empty()) {
    return fail("--screenshot, --record and --script need a scenario");
  }
  if (const auto problem = display_problem()) return fail("faultline-viz: " + *problem);
  auto fonts = load_fonts(
      arguments.font.empty() ? std::nullopt : std::optional<std::filesystem::path>(arguments.font));
  if (const auto* none = std::get_if<NoFonts>(&fonts)) return fail(none->problem);

  Window::Opened opened;
  if (!arguments.scenarios.empty()) {
    opened = open(arguments.scenarios, arguments, settings.size);
    if (const auto* wrong = std::get_if<std::string>(&opened)) {
      fail(*wrong);
      if (arguments.needs_no_window()) return exit_wrong;
    } else {
      Session& session = *std::get<0>(opened);
      if (settings.at) session.go_to(*settings.at);
      if (!arguments.select.empty() && !session.select(arguments.select)) {
        return fail("--select: there is no component, replica or way called " + arguments.select);
      }
    }
  }
  if (arguments.needs_no_window()) {
    return shoot(std::move(std::get<Fonts>(fonts)), *std::get<0>(opened), arguments, settings);
  }
  return show(std::move(std::get<Fonts>(fonts)), std::move(opened), arguments, settings);
}

int run_command_line(int argc, char** argv) {
  CLI::App app("Shows a web architecture as it runs, fails and recovers.");
  app.set_version_flag("--version", FAULTLINE_VERSION);
  Arguments arguments;
  app.add_option("scenarios", arguments.scenarios,
                 "a path or a name of the library; two are shown side by side; none: choose one")
      ->expected(0, 2);
  app.add_option("--seed", arguments.seed, "of all randomness");
  app.add_option("--set", arguments.set, "POINTER=VALUE: override a value")
      ->allow_extra_args(false);
  app.add_option("--size", arguments.size, "of the window, such as 1920x1080");
  app.add_option("--theme", arguments.theme, "light or dark")
      ->check(CLI::IsMember({"light", "dark"}));
  app.add_option("--speed", arguments.speed, "simulated seconds in a second")
      ->check(CLI::Range(0.001, 1e6));
  app.add_option("--at", arguments.at, "begin at this time, such as 65s");
  app.add_option("--select", arguments.select, "web, web/0, db@eu, or web->db");
  app.add_option("--screenshot", arguments.screenshot, "a picture, as PNG; opens no window");
  app.add_option("--record", arguments.record, "a film, as FILE.mp4, or a folder of pictures");
  app.add_option("--from", arguments.from, "where the film begins");
  app.add_option("--to", arguments.until, "where the film ends");
  app.add_option("--fps", arguments.frames_per_second, "pictures in a second of the film")
      ->check(CLI::Range(1, 120));
  app.add_option("--script", arguments.script, "times and actions, a line each; opens no window");
  app.add_option("--state-dump", arguments.state_dump, "what is to be seen, as JSON");
  app.add_option("--font", arguments.font, "a TrueType font");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_done : exit_wrong;
  }
  return run(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run_command_line(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "faultline-viz: internal error: {}\n", error.what());
    return exit_our_bug;
  }
}
