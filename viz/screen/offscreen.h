// Offscreen: a session painted without a window: pictures, films, and scripts.
#pragma once

#include <SFML/Graphics/Image.hpp>
#include <SFML/Graphics/RenderTexture.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "viz/screen/canvas.h"
#include "viz/view/session/script.h"
#include "viz/view/session/session.h"

namespace faultline::viz {

// A sentence for the user, where something failed.
using Failure = std::optional<std::string>;

class Offscreen {
 public:
  explicit Offscreen(Fonts fonts) : canvas_(std::move(fonts)) {}

  sf::Image picture_of(const Session& session);
  Failure screenshot(const Session& session, const std::filesystem::path& file);

  struct Film {
    std::filesystem::path to;
    sim::Time from;
    sim::Time until;
    unsigned frames_per_second = 30;
  };
  // At the session's speed.
  Failure record(Session& session, const Film& film);
  // `folder`: where keys put what they save.
  Failure follow(const std::vector<ScriptLine>& script, Session& session,
                 const std::filesystem::path& folder);

 private:
  Canvas canvas_;
  sf::RenderTexture texture_;
  Point size_;
};

Failure write_state(const Session& session, const std::filesystem::path& file);
// The first of NAME-1.png, NAME-2.png, ... that is not there yet.
std::filesystem::path free_name(const std::filesystem::path& folder, const std::string& name);

}  // namespace faultline::viz
