#include "viz/view/session/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/atomic_file.h"
#include "viz/view/run/saving.h"
#include "viz/view/words/wording.h"

namespace faultline::viz {
namespace {

constexpr double drag_from = 4;           // pixels: less is a click
constexpr double wire_reach = 6;          // pixels
constexpr double wheel_factor = 1.15;     // of the zoom, for a notch
constexpr double most_fitted_zoom = 1.6;  // times the scale: small architectures stay cards
constexpr double stage_margin = 18;
constexpr double stage_title = 80;    // name and consequence, of one of two
constexpr double stage_legend = 30;   // what the dots mean, below
constexpr double answer_stays_s = 4;  // of the screen's time, while it plays
constexpr sim::Duration a_while = sim::Duration{10'000'000'000};

Positions positions_of(const scenarios::Scenario& scenario) {
  Positions positions;
  for (const auto& [place, corner] : scenario.view.cards) positions[place] = {corner.x, corner.y};
  return positions;
}

}  // namespace

Shown::Shown(std::shared_ptr<const scenarios::Scenario> scenario, std::uint64_t seed)
    : playback(scenario, seed),
      stage(playback.world(), playback.regions(), positions_of(*scenario)),
      camera() {}

Session::Session(std::vector<std::shared_ptr<const scenarios::Scenario>> scenarios,
                 std::uint64_t seed, Point size)
    : seed_(seed), frame_(frame_for(size, scenarios.size())) {
  for (auto& scenario : scenarios) {
    shown_.push_back(std::make_unique<Shown>(std::move(scenario), seed));
  }
  fit();
}

sim::Time Session::now() const {
  sim::Time latest;
  for (const auto& shown : shown_) latest = std::max(latest, shown->playback.now());
  return latest;
}

sim::Time Session::end() const {
  sim::Time latest;
  for (const auto& shown : shown_) latest = std::max(latest, shown->playback.end());
  return latest;
}

sim::Time Session::frontier() const {
  sim::Time earliest = sim::Time::max();
  for (const auto& shown : shown_) earliest = std::min(earliest, shown->playback.frontier());
  return earliest;
}

std::string Session::comparison() const {
  const auto name = [&](std::size_t i) { return shown_[i]->playback.scenario().name; };
  return fmt::format("Left {}, right {}: the same seed, the same users, the same luck.", name(0),
                     name(1));
}

void Session::fit() {
  for (std::size_t i = 0; i < shown_.size(); ++i) {
    Box room = frame_.stages[i].grown(-stage_margin * frame_.scale);
    room.height -= stage_legend * frame_.scale;
    if (shown_.size() > 1) {
      room.y += stage_title * frame_.scale;
      room.height -= stage_title * frame_.scale;
    }
    shown_[i]->camera.fit(shown_[i]->stage.bounds(), room, most_fitted_zoom * frame_.scale);
  }
}

void Session::resize(Point size) {
  frame_ = frame_for(size, shown_.size());
  fit();
}

std::size_t Session::stage_at(Point screen) const {
  for (std::size_t i = 0; i < frame_.stages.size(); ++i) {
    if (frame_.stages[i].contains(screen)) return i;
  }
  return shown_.size();
}

Selection Session::under(Point screen) const {
  Selection found;
  const std::size_t stage = stage_at(screen);
  if (stage == shown_.size()) return found;
  found.stage = stage;
  const Shown& shown = *shown_[stage];
  const Point point = shown.camera.to_stage(screen);
  found.card = shown.stage.card_at(point);
  if (found.card) {
    found.replica = shown.stage.replica_at(*found.card, point);
  } else {
    found.wire = shown.stage.wire_at(point, wire_reach * frame_.scale / shown.camera.zoom());
  }
  return found;
}

bool Session::select(const std::string& what) {
  for (std::size_t i = 0; i < shown_.size(); ++i) {
    const Stage& stage = shown_[i]->stage;
    const models::World& world = shown_[i]->playback.world();
    Selection selection{.stage = i, .card = stage.find_card(what), .replica = {}, .wire = {}};
    for (std::size_t wire = 0; wire < stage.wires().size() && !selection.any(); ++wire) {
      const Way& way = stage.wires()[wire].way;
      const std::string name =
          fmt::format("{}->{}", world.component(way.from).name(), world.component(way.to).name());
      if (name == what) selection.wire = wire;
    }
    for (std::size_t card = 0; card < stage.cards().size() && !selection.any(); ++card) {
      for (const Cell& cell : stage.cards()[card].cells) {
        if (fmt::format("{}/{}", stage.cards()[card].name, cell.replica) != what) continue;
        selection.card = card;
        selection.replica = cell.replica;
      }
    }
    if (!selection.any()) continue;
    selection_ = selection;
    return true;
  }
  return false;
}

void Session::go_to(sim::Time at, const Playback::Enough& enough) {
  at = std::clamp(at, sim::Time{}, end());
  bool there = true;
  for (const auto& shown : shown_) there = shown->playback.go_to(at, enough) && there;
  heading_for_ = there ? std::nullopt : std::optional(at);
}

void Session::tick(double seconds, const Playback::Enough& enough) {
  if (heading_for_) return go_to(*heading_for_, enough);
  if (!playing_) return;
  answer_age_s_ += seconds;
  if (answer_age_s_ > answer_stays_s) answer_.clear();
  const double ahead = seconds * speed_.value();
  const auto left = static_cast<double>((end() - now()).ns);
  const auto further = sim::Duration::from_ns(std::min(ahead * 1e9, left));
  const sim::Time at = now() + further;
  // What it does not come to in time, it does not owe: then it plays slower than asked.
  go_to(at, enough);
  if (shown_.size() == 1) heading_for_.reset();
  if (now() >= end() && !heading_for_) playing_ = false;
}

void Session::command(Command command, bool for_a_while) {
  say("");
  if (breaks(command)) return break_by(command, for_a_while);
  const sim::Duration second = sim::Duration::from_seconds(1);
  switch (command) {
    case Command::pause:
      playing_ = !playing_ && !heading_for_;
      heading_for_.reset();
      if (playing_ && now() >= end()) go_to({});
      return;
    case Command::step_forward:
    case Command::step_back: {
      playing_ = false;
      Playback& first = shown_[selection_.stage]->playback;
      command == Command::step_forward ? first.step() : first.step_back();
      for (const auto& shown : shown_) {
        if (&shown->playback != &first) shown->playback.go_to(first.now());
      }
      return;
    }
    case Command::second_forward:
      playing_ = false;
      return go_to(now() + second);
    case Command::second_back:
      playing_ = false;
      return go_to(now() - std::min(second, now() - sim::Time{}));
    case Command::faster:
      return speed_.faster();
    case Command::slower:
      return speed_.slower();
    case Command::to_begin:
      return go_to({});
    case Command::to_end:
      playing_ = false;
      heading_for_ = end();
      return;
    case Command::restart:
      return begin_anew();
    case Command::fit:
      return fit();
    case Command::theme:
      dark_ = !dark_;
      return;
    case Command::help:
      above_ = above_ == Above::help ? Above::nothing : Above::help;
      return;
    case Command::lesson:
      above_ = above_ == Above::lesson ? Above::nothing : Above::lesson;
      return;
    case Command::clear:
      if (above_ == Above::nothing)
        selection_ = {.stage = 0, .card = {}, .replica = {}, .wire = {}};
      above_ = Above::nothing;
      return;
    default:  // the window's own
      return;
  }
}

void Session::begin_anew() {
  for (auto& shown : shown_) {
    auto fresh = std::make_unique<Shown>(shown->playback.shared_scenario(), seed_);
    fresh->stage = std::move(shown->stage);
    fresh->camera = shown->camera;
    shown = std::move(fresh);
  }
  heading_for_.reset();
}

// Compared runs suffer the same, where they have what is to suffer.
void Session::break_by(Command command, bool for_a_while) {
  if (now() >= end()) return say("The run is over: go back first.");
  const Shown& here = *shown_[selection_.stage];
  const Breaking what = breaking(command, selection_, here.stage, here.playback.world());
  if (const auto* why_not = std::get_if<std::string>(&what)) return say(*why_not);
  const sim::Time at = now();
  for (const auto& shown : shown_) shown->playback.go_to(at);  // one of two may lag
  for (const scenarios::Happening& happening : std::get<0>(what)) {
    const auto lasts =
        for_a_while && !happening.is_momentary() ? std::optional(a_while) : std::nullopt;
    for (const auto& shown : shown_) {
      if (shown->playback.can_suffer(happening)) shown->playback.break_now(happening, lasts);
    }
    if (!answer_.empty()) answer_ += ", ";
    answer_ += happening.what();
    if (lasts) answer_ += " for 10 s";
  }
  for (const auto& shown : shown_) shown->playback.go_to(now());
  say(fmt::format("{}: {}. E saves it as a scenario.", moment(at), answer_));
}

void Session::point_at(std::optional<Point> screen) {
  pointer_ = screen;
  if (!screen || drag_ == Drag::none) return;
  const Point by = *screen - dragged_to_;
  const Point from_press = *screen - pressed_at_;
  if (drag_ == Drag::pressed && std::hypot(from_press.x, from_press.y) > drag_from * frame_.scale) {
    drag_ = under(pressed_at_).card ? Drag::card : Drag::panning;
  }
  const std::size_t stage = stage_at(pressed_at_);
  if (drag_ == Drag::time) {
    scrub(*screen);
  } else if (drag_ == Drag::panning && stage < shown_.size()) {
    shown_[stage]->camera.pan(by);
  } else if (drag_ == Drag::card && selection_.card) {
    Shown& shown = *shown_[selection_.stage];
    const Box& box = shown.stage.cards()[*selection_.card].box;
    shown.stage.move(*selection_.card, Point{box.x, box.y} + by * (1 / shown.camera.zoom()));
  }
  dragged_to_ = *screen;
}

void Session::press(Point screen) {
  pointer_ = pressed_at_ = dragged_to_ = screen;
  if (above_ != Above::nothing) {
    above_ = Above::nothing;
  } else if (frame_.time_line.contains(screen)) {
    drag_ = Drag::time;
    playing_ = false;
    scrub(screen);
  } else if (stage_at(screen) < shown_.size()) {
    drag_ = Drag::pressed;
    if (under(screen).card) selection_ = under(screen);
  }
}

void Session::release(Point screen) {
  if (drag_ == Drag::pressed) selection_ = under(screen);
  drag_ = Drag::none;
}

// Backwards at once, forwards as fast as it goes while the screen lives on.
void Session::scrub(Point screen) {
  const sim::Time at = time_at(frame_, end(), screen.x);
  if (at <= frontier()) {
    go_to(at);
  } else {
    heading_for_ = at;
  }
}

void Session::wheel(Point screen, double notches) {
  const std::size_t stage = stage_at(screen);
  if (stage == shown_.size()) return;
  shown_[stage]->camera.zoom_at(screen, std::pow(wheel_factor, notches));
}

void Session::save(const std::filesystem::path& folder) {
  const Shown& shown = selected_shown();
  const std::filesystem::path file = folder / (shown.playback.scenario().name + "-by-hand.json");
  try {
    analysis::AtomicFile to(file);
    to.stream() << by_hand_scenario(shown.playback, shown.stage);
    to.commit();
    say(fmt::format("Saved. Run it again with: faultline run {}", file.string()));
  } catch (const analysis::WriteError& error) {
    say(error.what());
  }
}

std::vector<ChartOrder> charts_shown(const Session& session) {
  const Shown& shown = session.selected_shown();
  const auto card = session.selection().card;
  if (!card) return charts_of_users(shown.playback.chronicle());
  return charts_of(shown.playback.world().component(shown.stage.cards()[*card].component),
                   shown.playback.chronicle());
}

Box time_axis(const Frame& frame) {
  const double margin = 20 * frame.scale;
  const double top = frame.time_line.y + 46 * frame.scale;
  return {margin, top, frame.size.x - 2 * margin, 14 * frame.scale};
}

sim::Time time_at(const Frame& frame, sim::Time end, double x) {
  const Box axis = time_axis(frame);
  const double share = std::clamp((x - axis.x) / axis.width, 0.0, 1.0);
  return sim::Time{} + sim::Duration::from_ns(share * static_cast<double>(end.ns));
}

double x_of(const Frame& frame, sim::Time end, sim::Time at) {
  const Box axis = time_axis(frame);
  return axis.x + axis.width * static_cast<double>(at.ns) / static_cast<double>(end.ns);
}

}  // namespace faultline::viz
