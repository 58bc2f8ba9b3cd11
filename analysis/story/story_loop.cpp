#include "analysis/story/story_loop.h"

#include <algorithm>
#include <array>
#include <set>

namespace faultline::analysis {
namespace {

constexpr double much_wasted = 0.2;

// The figures of the time in which users were held down, each against its normal range.
class Held {
 public:
  Held(const CallWays& ways, const FigureBook& book, WindowRange calm, WindowRange span)
      : ways_(ways), book_(book), calm_(calm), span_(span) {}

  const CallWays& ways() const { return ways_; }

  // nullopt: it is in its range.
  std::optional<HeldBy::Step> out(Measure measure, const Way& way) const {
    return out(measure, book_.of_hop(way.caller, way.callee, measure), way.caller, way.callee);
  }
  std::optional<HeldBy::Step> out(Measure measure, const std::string& name) const {
    return out(measure, book_.of(name, measure), {}, name);
  }

 private:
  std::optional<HeldBy::Step> out(Measure measure, const Figures* figures,
                                  const std::string& caller, const std::string& name) const {
    if (figures == nullptr) return std::nullopt;
    const Judged& how = judgement_of(measure);
    const auto range = normal_range(*figures, calm_.first, calm_.end, how.floor,
                                    book_.window().seconds(), how.idle);
    const auto now = median(*figures, span_.first, span_.end);
    if (!range || !now || !range->has_left(*now, how.side)) return std::nullopt;
    return HeldBy::Step{measure, caller, name, range->middle, *now};
  }

  const CallWays& ways_;
  const FigureBook& book_;
  WindowRange calm_;
  WindowRange span_;
};

// What a way suffers that makes its caller try again, or give up.
std::optional<HeldBy::Step> suffered(const Held& held, const Way& way) {
  if (auto timeouts = held.out(Measure::timeouts, way)) return timeouts;
  return held.out(Measure::failures, way);
}

// The backlog below `top` of the component whose work is in vain the most.
std::optional<HeldBy::Step> drowning_below(const Held& held, const std::string& top) {
  std::optional<HeldBy::Step> most;
  double most_wasted = -1;
  for (const std::string& name : held.ways().below(top)) {
    const auto backlog = held.out(Measure::backlog, name);
    const auto in_vain = held.out(Measure::wasted, name);
    const double wasted = in_vain ? in_vain->now : 0;
    if (!backlog || wasted <= most_wasted) continue;
    most_wasted = wasted;
    most = backlog;
  }
  return most;
}

// A way is tried more often than before, because what it leads to drowns, in what is tried. Tries
// that do not end badly are followed by others only where a second one is made beside them.
std::optional<HeldBy> tries(const Held& held) {
  std::optional<HeldBy> strongest;
  double most = 0;
  for (const Way& way : held.ways().all()) {
    const auto tries = held.out(Measure::tries, way);
    if (!tries || tries->now - tries->normal <= most) continue;
    const auto load = held.out(Measure::load, way);
    const auto backlog = drowning_below(held, way.callee);
    const auto trouble = suffered(held, way);
    const auto waits = held.out(Measure::outstanding, way);
    if (!load || !backlog || !(trouble || waits)) continue;
    most = tries->now - tries->normal;
    strongest = HeldBy{trouble ? HeldBy::Kind::retries : HeldBy::Kind::hedges,
                       {*tries, *load, *backlog, trouble ? *trouble : *waits}};
  }
  return strongest;
}

// What misses asks below, what is below drowns, and what was asked does not come back to be kept.
std::optional<HeldBy> cold_cache(const Held& held) {
  for (const auto& [above, cache] : held.ways().all()) {
    const auto cold = held.out(Measure::hit_ratio, cache);
    if (!cold) continue;
    // Who reads from elsewhere on a miss: the cache, or those that ask it.
    const std::set<std::string> readers = {cache, above};

    for (const Way& way : held.ways().all()) {
      if (!readers.contains(way.caller) || way.callee == cache) continue;
      const auto load = held.out(Measure::load, way);
      const auto backlog = held.out(Measure::backlog, way.callee);
      const auto trouble = suffered(held, way);
      if (load && backlog && trouble) {
        return HeldBy{HeldBy::Kind::cold_cache, {*cold, *load, *backlog, *trouble}};
      }
    }
  }
  return std::nullopt;
}

// A process stands still to collect what its requests hold, and they wait and hold it for longer.
std::optional<HeldBy> collections(const Held& held) {
  for (const Way& way : held.ways().all()) {
    const auto collecting = held.out(Measure::collecting, way.callee);
    const auto backlog = held.out(Measure::backlog, way.callee);
    const auto trouble = suffered(held, way);
    if (!collecting || !backlog || !trouble) continue;
    return HeldBy{HeldBy::Kind::collections, {*collecting, *backlog, *trouble}};
  }
  return std::nullopt;
}

// More is asked than normal, and not because of more tries.
std::optional<HeldBy> more_load(const Held& held) {
  for (const Way& way : held.ways().all()) {
    const auto load = held.out(Measure::load, way);
    if (!load || held.ways().depth(way.caller) > 0 || held.out(Measure::tries, way)) continue;
    if (const auto backlog = drowning_below(held, way.callee)) {
      return HeldBy{HeldBy::Kind::load, {*load, *backlog}};
    }
  }
  return std::nullopt;
}

// What waits longer than its callers do is worked off in vain, while what comes waits as long.
std::optional<HeldBy> abandoned_work(const Held& held) {
  for (const Way& way : held.ways().all()) {
    const auto trouble = suffered(held, way);
    const auto backlog = drowning_below(held, way.callee);
    if (!trouble || trouble->measure != Measure::timeouts || !backlog) continue;
    const auto in_vain = held.out(Measure::wasted, backlog->name);
    if (!in_vain || in_vain->now < much_wasted) continue;
    return HeldBy{HeldBy::Kind::abandoned_work, {*backlog, *trouble, *in_vain}};
  }
  return std::nullopt;
}

// It fails what it is asked for, though it does not drown and nobody it asks in turn fails it.
std::optional<HeldBy> own_errors(const Held& held) {
  const auto& all = held.ways().all();
  for (const Way& way : all) {
    const auto errors = held.out(Measure::errors, way.callee);
    const auto trouble = suffered(held, way);
    if (!errors || !trouble || held.out(Measure::backlog, way.callee)) continue;
    const bool is_failed = std::any_of(all.begin(), all.end(), [&](const Way& below) {
      return below.caller == way.callee && suffered(held, below);
    });
    if (!is_failed) return HeldBy{HeldBy::Kind::errors, {*errors, *trouble}};
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(HeldBy::Kind kind) {
  constexpr std::array<std::string_view, 7> names = {
      "retries", "hedges", "cold-cache", "collections", "abandoned-work", "load", "errors"};
  return names[static_cast<std::size_t>(kind)];
}

std::optional<HeldBy> find_what_holds(const CallWays& ways, const FigureBook& book,
                                      WindowRange calm, const Story& story) {
  sim::Time from = story.held_from;
  if (!story.back) from = from + (story.held_to - from) / 2;
  const WindowRange span = windows_between(from, story.held_to, book.window());
  if (span.empty() || span.end - span.first < windows_to_settle / 2) return std::nullopt;
  const Held held(ways, book, calm, span);
  if (auto loop = cold_cache(held)) return loop;
  if (auto loop = tries(held)) return loop;
  if (auto loop = collections(held)) return loop;
  if (auto load = more_load(held)) return load;
  if (auto loop = abandoned_work(held)) return loop;
  return own_errors(held);
}

}  // namespace faultline::analysis
