#include "tests/window/live_window.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace faultline::viz {
namespace {

std::vector<std::string> with_dump(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--state-dump", "state.json"});
  return viz(std::move(arguments));
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::vector<std::string> move_to(Point at, const std::string& window) {
  return {"mousemove", "--window", window, std::to_string(static_cast<int>(at.x)),
          std::to_string(static_cast<int>(at.y))};
}

void append(std::vector<std::string>& words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
}

}  // namespace

LiveWindow::LiveWindow(std::vector<std::string> arguments)
    : program_(with_dump(std::move(arguments)), {.folder = folder_.path()}) {
  find();
  if (id_.empty()) return;
  first_place_ = place();
  xdotool({"windowmove", id_, "0", "0"});
  EXPECT_TRUE(comes_true([&] { return place().x == 0 && place().y == 0; })) << "it does not move";
  take_keyboard();
}

void LiveWindow::find() {
  EXPECT_TRUE(
      comes_true([&] {
        id_ = first_line(run({"xdotool", "search", "--onlyvisible", "--name", "^Faultline"}).out);
        return !id_.empty() || !program_.running();
      }) &&
      !id_.empty())
      << "no window: " << program_.complaints();
}

void LiveWindow::take_keyboard() {
  EXPECT_TRUE(comes_true([&] {
    run({"xdotool", "windowfocus", id_});
    return first_line(run({"xdotool", "getwindowfocus"}).out) == id_;
  })) << "it does not get the keyboard";
}

Box LiveWindow::place() const {
  // X=..., Y=..., WIDTH=..., HEIGHT=..., a line each, among others.
  const std::string text = "\n" + run({"xdotool", "getwindowgeometry", "--shell", id_}).out;
  const auto value = [&](const std::string& name) {
    const std::size_t at = text.find("\n" + name + "=");
    return at == std::string::npos ? -1.0 : std::atof(text.c_str() + at + name.size() + 2);
  };
  return {value("X"), value("Y"), value("WIDTH"), value("HEIGHT")};
}

LiveWindow::Dump LiveWindow::until(const std::function<bool(const Dump&)>& expected) {
  Dump last;
  const bool seen = comes_true([&] {
    std::ifstream file(folder() / "state.json");
    if (file) last = Dump::parse(file);
    return (file && expected(last)) || !program_.running();
  });
  EXPECT_TRUE(program_.running()) << "it has ended: " << program_.complaints();
  EXPECT_TRUE(seen) << "what was expected did not come about; last there was\n" << last.dump(1);
  return last;
}

void LiveWindow::xdotool(std::vector<std::string> words) {
  words.insert(words.begin(), "xdotool");
  const Ended ended = run(words);
  EXPECT_EQ(ended.status, 0) << ended.err;
}

void LiveWindow::click(Point at) {
  std::vector<std::string> words = move_to(at, id_);
  append(words, {"click", "1"});
  xdotool(words);
}

void LiveWindow::drag(Point from, Point to) {
  std::vector<std::string> words = move_to(from, id_);
  append(words, {"mousedown", "1", "sleep", "0.05"});  // so that the frames differ
  for (const double share : {0.2, 0.6, 1.0}) {
    append(words, move_to(from + (to - from) * share, id_));
  }
  append(words, {"sleep", "0.05", "mouseup", "1"});
  xdotool(words);
}

void LiveWindow::resize(int width, int height) {
  xdotool({"windowsize", id_, std::to_string(width), std::to_string(height)});
}

sf::Image LiveWindow::seen() const {
  const scenarios::ScratchFolder scratch;
  const std::string file = (scratch.path() / "seen.png").string();
  const Ended ended = run({"import", "-silent", "-window", id_, file});
  EXPECT_EQ(ended.status, 0) << ended.err;
  sf::Image image;
  EXPECT_TRUE(image.loadFromFile(file));
  return image;
}

}  // namespace faultline::viz
