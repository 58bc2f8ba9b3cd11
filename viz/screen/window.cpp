#include "viz/screen/window.h"

#include <SFML/System/Sleep.hpp>
#include <SFML/Window/Event.hpp>
#include <chrono>

#include "viz/screen/keys.h"
#include "viz/screen/offscreen.h"
#include "viz/screen/page_pictures.h"
#include "viz/screen/picture.h"
#include "viz/screen/picture_file.h"
#include "viz/view/session/frame.h"

namespace faultline::viz {
namespace {

using Clock = std::chrono::steady_clock;

// Of a sixtieth of a second, what the simulation may take.
constexpr std::chrono::milliseconds for_simulation{9};
constexpr double longest_frame_s = 0.1;  // after a longer pause it goes on as if there was none

Point point_of(int x, int y) { return {static_cast<double>(x), static_cast<double>(y)}; }

}  // namespace

Window::Window(Fonts fonts, Options options)
    : options_(std::move(options)),
      canvas_(std::move(fonts)),
      window_(sf::VideoMode(static_cast<unsigned>(options_.size.x),
                            static_cast<unsigned>(options_.size.y)),
              "Faultline"),
      size_(options_.size) {
  window_.setFramerateLimit(60);
  // In the middle, and with its upper left corner on the screen in any case.
  const sf::VideoMode screen = sf::VideoMode::getDesktopMode();
  const auto middle = [](unsigned room, double size) {
    return std::max(0, (static_cast<int>(room) - static_cast<int>(size)) / 2);
  };
  window_.setPosition({middle(screen.width, size_.x), middle(screen.height, size_.y)});
}

void Window::show_list(Open open) {
  open_ = std::move(open);
  chooser_.emplace(entries_of_library());
}

void Window::show(Opened opened) {
  chooser_.reset();
  stale_ = acted_on_ = true;
  if (auto* session = std::get_if<std::unique_ptr<Session>>(&opened)) {
    session_ = std::move(*session);
    window_.setTitle("Faultline: " + session_->selected_shown().playback.scenario().name);
  } else {
    problems_ = std::get<std::string>(opened);
  }
}

void Window::run() {
  Clock::time_point last = Clock::now();
  while (window_.isOpen()) {
    for (sf::Event event; window_.pollEvent(event);) handle(event);
    const Clock::time_point now = Clock::now();
    const double passed = std::chrono::duration<double>(now - last).count();
    last = now;
    if (session_ && (session_->playing() || session_->heading_for())) {
      session_->tick(std::min(passed, longest_frame_s),
                     [&] { return Clock::now() - now > for_simulation; });
      stale_ = true;
      acted_on_ = acted_on_ || (!session_->playing() && !session_->heading_for());
    }
    if (stale_) draw();
    if (acted_on_) note_state();
    // Without a new picture nothing holds the loop back but this.
    if (!stale_) sf::sleep(sf::milliseconds(8));
    stale_ = false;
  }
}

void Window::draw() {
  if (session_) {
    paint(canvas_, *session_);
  } else if (chooser_) {
    paint_chooser(canvas_, size_, *chooser_);
  } else {
    paint_problems(canvas_, size_, problems_);
  }
  window_.clear();
  canvas_.draw(window_);
  window_.display();
}

void Window::note_state() {
  acted_on_ = false;
  if (!session_ || !options_.state_dump) return;
  if (const Failure failure = write_state(*session_, *options_.state_dump)) {
    session_->say(*failure);
    stale_ = true;
  }
}

void Window::handle(const sf::Event& event) {
  stale_ = true;
  if (event.type == sf::Event::Closed) return window_.close();
  if (event.type == sf::Event::Resized) {
    return resize({static_cast<double>(event.size.width), static_cast<double>(event.size.height)});
  }
  if (session_) return handle_in_session(event);
  if (chooser_) return handle_in_list(event);
  if (event.type == sf::Event::KeyPressed && event.key.code == sf::Keyboard::Escape) {
    window_.close();
  }
}

void Window::resize(Point size) {
  size_ = {std::max(size.x, 320.0), std::max(size.y, 240.0)};
  window_.setView(
      sf::View(sf::FloatRect(0, 0, static_cast<float>(size_.x), static_cast<float>(size_.y))));
  if (session_) session_->resize(size_);
  acted_on_ = true;
}

void Window::handle_in_session(const sf::Event& event) {
  const bool left = event.mouseButton.button == sf::Mouse::Left;
  switch (event.type) {
    case sf::Event::KeyPressed:
      return command(key_name(event.key.code), event.key.shift);
    case sf::Event::TextEntered:
      if (event.text.unicode == '?') command("?", false);
      return;
    case sf::Event::MouseMoved:
      return session_->point_at(point_of(event.mouseMove.x, event.mouseMove.y));
    case sf::Event::MouseLeft:
      return session_->point_at(std::nullopt);
    case sf::Event::MouseButtonPressed:
      if (left) session_->press(point_of(event.mouseButton.x, event.mouseButton.y));
      acted_on_ = true;
      return;
    case sf::Event::MouseButtonReleased:
      if (left) session_->release(point_of(event.mouseButton.x, event.mouseButton.y));
      acted_on_ = true;
      return;
    case sf::Event::MouseWheelScrolled:
      session_->wheel(point_of(event.mouseWheelScroll.x, event.mouseWheelScroll.y),
                      event.mouseWheelScroll.delta);
      acted_on_ = true;
      return;
    default:
      return;
  }
}

void Window::command(const std::string& key, bool shift) {
  const auto what = command_of(key, shift);
  if (!what) return;
  acted_on_ = true;
  if (*what == Command::save) return session_->save(options_.folder);
  if (*what != Command::screenshot) return session_->command(*what, shift);
  const std::string& name = session_->selected_shown().playback.scenario().name;
  const std::filesystem::path file = free_name(options_.folder, name);
  draw();
  sf::Texture texture;
  const sf::Vector2u size = window_.getSize();
  texture.create(size.x, size.y);
  texture.update(window_);
  const Failure failure = write_picture(texture.copyToImage(), file);
  session_->say(failure ? *failure : "Saved as " + file.string() + ".");
}

void Window::handle_in_list(const sf::Event& event) {
  switch (event.type) {
    case sf::Event::TextEntered:
      if (event.text.unicode == '\b') chooser_->erase();
      if (event.text.unicode > ' ' && event.text.unicode < 127) {
        chooser_->type(static_cast<char>(event.text.unicode));
      }
      return;
    case sf::Event::KeyPressed:
      if (event.key.code == sf::Keyboard::Escape) return window_.close();
      if (event.key.code == sf::Keyboard::Up) chooser_->move(-1);
      if (event.key.code == sf::Keyboard::Down) chooser_->move(1);
      if (event.key.code == sf::Keyboard::Enter) choose();
      return;
    case sf::Event::MouseWheelScrolled:
      return chooser_->move(event.mouseWheelScroll.delta > 0 ? -3 : 3);
    case sf::Event::MouseButtonPressed:
      point_in_list(point_of(event.mouseButton.x, event.mouseButton.y));
      return;
    default:
      return;
  }
}

void Window::point_in_list(Point at) {
  const ChooserRows rows = chooser_rows(size_, frame_for(size_, 1).scale);
  if (!rows.box.contains(at)) return;
  chooser_->point_at(static_cast<std::size_t>((at.y - rows.box.y) / rows.row_height), rows.fitting);
  choose();
}

void Window::choose() {
  if (const auto name = chooser_->chosen()) show(open_(*name, size_));
}

}  // namespace faultline::viz
