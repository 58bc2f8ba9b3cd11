// Window: shows a list to choose from, what is wrong with a scenario, or a session, and passes on
// what is done with keys and mouse. It paints when there is something new, and never makes the
// simulation wait for the screen, nor the screen for the simulation: a frame's time is shared.
#pragma once

#include <SFML/Graphics/RenderWindow.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "viz/screen/canvas.h"
#include "viz/view/session/chooser.h"
#include "viz/view/session/session.h"

namespace faultline::viz {

class Window {
 public:
  struct Options {
    Point size{1280, 720};
    std::optional<std::filesystem::path> state_dump;  // written after everything that is done
    std::filesystem::path folder = ".";               // where keys put what they save
  };

  Window(Fonts fonts, Options options);

  // What is chosen from the list is opened by `open`: a session, or what is wrong.
  using Opened = std::variant<std::unique_ptr<Session>, std::string>;
  using Open = std::function<Opened(const std::string& scenario, Point size)>;
  void show_list(Open open);
  void show(Opened opened);
  // Until it is closed.
  void run();

 private:
  void handle(const sf::Event& event);
  void handle_in_session(const sf::Event& event);
  void handle_in_list(const sf::Event& event);
  void command(const std::string& key, bool shift);
  void choose();
  void point_in_list(Point at);
  void resize(Point size);
  void draw();
  void note_state();

  Options options_;
  Canvas canvas_;
  sf::RenderWindow window_;
  Point size_;
  std::optional<Chooser> chooser_;
  Open open_;
  std::unique_ptr<Session> session_;
  std::string problems_;
  bool stale_ = true;     // there is something to draw
  bool acted_on_ = true;  // something was done since the state was noted
};

}  // namespace faultline::viz
