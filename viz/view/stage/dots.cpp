#include "viz/view/stage/dots.h"

#include <algorithm>

namespace faultline::viz {
namespace {

// The least time that a message is drawn under way.
sim::Duration stretch(const Speed& speed) {
  const double seconds = std::min(Dots::stretch_s * speed.value(), Messages::horizon.seconds());
  return sim::Duration::from_seconds(seconds);
}

sim::Time drawn_until(const Message& message, sim::Duration least) {
  const sim::Time latest = message.departs + Messages::horizon;
  return std::min(latest, std::max(message.arrives, message.departs + least));
}

bool is_drawn(const Message& message, sim::Time now, sim::Duration least) {
  return message.departs <= now && now < drawn_until(message, least);
}

Dot dot_of(const Message& message, const Curve& curve, sim::Time now, sim::Duration least) {
  const sim::Time until = std::max(message.arrives, message.departs + least);
  const double way = static_cast<double>((now - message.departs).ns) /
                     static_cast<double>((until - message.departs).ns);
  // A lost one comes half way.
  const double share = message.lost ? way / 2 : way;
  const double side = message.answer ? -Dots::beside_wire : Dots::beside_wire;
  return {.at = curve.beside(message.answer ? 1 - share : share, side),
          .fate = message.lost ? Fate::failed : message.fate,
          .opacity = message.lost ? 1 - way : 1};
}

}  // namespace

Dots dots_of(const Playback& playback, const Stage& stage, const Speed& speed) {
  const sim::Duration least = stretch(speed);
  const sim::Time now = playback.now();
  const auto& kept = playback.messages().kept();
  const auto drawn = std::count_if(kept.begin(), kept.end(), [&](const Message& message) {
    return is_drawn(message, now, least);
  });
  Dots dots;
  const std::uint64_t sampled = playback.messages().sample().one_in;
  const double too_many = static_cast<double>(drawn) / static_cast<double>(Dots::about);
  dots.one_in = round_number_from(static_cast<double>(sampled) * std::max(1.0, too_many));
  for (const Message& message : kept) {
    if (!is_drawn(message, now, least) || !is_sampled(message.lot, dots.one_in)) continue;
    const Wire* wire = stage.find_wire(message.way);
    if (wire == nullptr) continue;
    dots.stretched = dots.stretched || message.arrives < message.departs + least;
    dots.dots.push_back(dot_of(message, wire->curve, now, least));
  }
  return dots;
}

}  // namespace faultline::viz
