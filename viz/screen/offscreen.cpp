#include "viz/screen/offscreen.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/atomic_file.h"
#include "viz/screen/picture.h"
#include "viz/screen/picture_file.h"
#include "viz/screen/recording.h"
#include "viz/view/session/state_dump.h"

namespace faultline::viz {

sf::Image Offscreen::picture_of(const Session& session) {
  const Point size = session.frame().size;
  if (!(size == size_)) {
    texture_.create(static_cast<unsigned>(size.x), static_cast<unsigned>(size.y));
    size_ = size;
  }
  paint(canvas_, session);
  texture_.clear();
  canvas_.draw(texture_);
  texture_.display();
  return texture_.getTexture().copyToImage();
}

Failure Offscreen::screenshot(const Session& session, const std::filesystem::path& file) {
  return write_picture(picture_of(session), file);
}

Failure Offscreen::record(Session& session, const Film& film) {
  const Point size = session.frame().size;
  Recording recording(film.to, {.width = static_cast<unsigned>(size.x),
                                .height = static_cast<unsigned>(size.y),
                                .frames_per_second = film.frames_per_second});
  const double step = session.speed().value() / film.frames_per_second;
  for (std::size_t i = 0; !recording.problem(); ++i) {
    const sim::Time at = film.from + sim::Duration::from_seconds(step * static_cast<double>(i));
    if (at >= film.until) break;
    session.go_to(at);
    recording.add(picture_of(session));
  }
  return recording.finish();
}

Failure Offscreen::follow(const std::vector<ScriptLine>& script, Session& session,
                          const std::filesystem::path& folder) {
  for (const ScriptLine& line : script) {
    if (viz::follow(line, session)) continue;
    Failure failure;
    if (line.verb == "screenshot") {
      failure = screenshot(session, line.words[0]);
    } else if (line.verb == "dump") {
      failure = write_state(session, line.words[0]);
    } else if (line.words[0] == "E") {
      session.save(folder);
    } else {
      const std::string& name = session.selected_shown().playback.scenario().name;
      failure = screenshot(session, free_name(folder, name));
    }
    if (failure) return fmt::format("line {}: {}", line.number, *failure);
  }
  return std::nullopt;
}

Failure write_state(const Session& session, const std::filesystem::path& file) {
  try {
    analysis::AtomicFile to(file);
    to.stream() << state_dump(session).dump(1) << "\n";
    to.commit();
  } catch (const analysis::WriteError& error) {
    return error.what();
  }
  return std::nullopt;
}

std::filesystem::path free_name(const std::filesystem::path& folder, const std::string& name) {
  for (int i = 1;; ++i) {
    std::filesystem::path file = folder / fmt::format("{}-{}.png", name, i);
    if (!std::filesystem::exists(file)) return file;
  }
}

}  // namespace faultline::viz
