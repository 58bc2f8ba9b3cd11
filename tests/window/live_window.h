// LiveWindow: a real window of the program under test, worked with a real mouse and keyboard as far
// as the X server can tell, by xdotool; and seen through its state dump and through what the server
// has on the screen.
//
// Has the keyboard to itself, so there is one at a time on a display.
#pragma once

#include <SFML/Graphics/Image.hpp>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/window/child.h"
#include "viz/view/stage/geometry.h"

namespace faultline::viz {

class LiveWindow {
 public:
  // Returns when it is there, all of it on the screen, and has the keyboard. Works in a folder of
  // its own.
  explicit LiveWindow(std::vector<std::string> arguments);

  // Where it was before it was moved to the corner.
  Box first_place() const { return first_place_; }

  const std::filesystem::path& folder() const { return folder_.path(); }
  Child& program() { return program_; }

  // Waits for a dump of which this is true, and returns it; a failure, and the last, if none comes.
  using Dump = nlohmann::ordered_json;
  Dump until(const std::function<bool(const Dump&)>& expected);
  Dump dump() {
    return until([](const Dump&) { return true; });
  }

  void key(const std::string& name) { keys({name}); }
  // One right after the other.
  void keys(std::vector<std::string> names) {
    names.insert(names.begin(), {"key", "--delay", "0"});
    xdotool(std::move(names));
  }
  void type(const std::string& text) { xdotool({"type", text}); }
  void click(Point at);
  void drag(Point from, Point to);
  void resize(int width, int height);
  // What the server shows.
  sf::Image seen() const;

 private:
  static void xdotool(std::vector<std::string> words);
  void find();
  void take_keyboard();
  Box place() const;

  scenarios::ScratchFolder folder_;
  Child program_;
  std::string id_;
  Box first_place_;
};

}  // namespace faultline::viz
