#include "viz/view/session/script.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <sstream>

#include "sim/units.h"

namespace faultline::viz {
namespace {

enum class Word { time, number, key, text };

struct Verb {
  std::string_view name;
  std::vector<Word> words;
  std::string_view form;
};

const std::vector<Verb>& verbs() {
  using enum Word;
  static const std::vector<Verb> all = {
      {"at", {time}, "at TIME"},
      {"play", {time}, "play DURATION"},
      {"key", {key}, "key KEY, such as Space or Shift+Right"},
      {"speed", {number}, "speed FACTOR"},
      {"select", {text}, "select NAME"},
      {"point", {number, number}, "point X Y"},
      {"click", {number, number}, "click X Y"},
      {"drag", {number, number, number, number}, "drag X Y X Y"},
      {"wheel", {number, number, number}, "wheel X Y NOTCHES"},
      {"resize", {number, number}, "resize WIDTH HEIGHT"},
      {"screenshot", {text}, "screenshot FILE"},
      {"dump", {text}, "dump FILE"},
      {"save", {text}, "save FOLDER"},
  };
  return all;
}

std::optional<double> number_in(const std::string& word) {
  const bool negative = word.starts_with('-');
  const auto value = sim::parse_number(word.substr(negative ? 1 : 0));
  if (!value) return std::nullopt;
  return negative ? -*value : *value;
}

struct Key {
  std::string name;
  bool shift;
};

Key key_in(const std::string& word) {
  constexpr std::string_view prefix = "Shift+";
  const bool shift = word.starts_with(prefix);
  return {word.substr(shift ? prefix.size() : 0), shift};
}

std::optional<Command> command_in(const std::string& word) {
  const Key key = key_in(word);
  return command_of(key.name, key.shift);
}

bool fits(Word kind, const std::string& word) {
  switch (kind) {
    case Word::time:
      return static_cast<bool>(sim::parse_duration(word));
    case Word::number:
      return number_in(word).has_value();
    case Word::key:
      return command_in(word).has_value();
    case Word::text:
      break;
  }
  return true;
}

// What is wrong with the line; empty: nothing.
std::string complaint(const ScriptLine& line) {
  for (const Verb& verb : verbs()) {
    if (verb.name != line.verb) continue;
    bool right = verb.words.size() == line.words.size();
    for (std::size_t i = 0; right && i < line.words.size(); ++i) {
      right = fits(verb.words[i], line.words[i]);
    }
    return right ? "" : fmt::format("expected {}", verb.form);
  }
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) names.emplace_back(verb.name);
  return fmt::format("expected one of {}", fmt::join(names, ", "));
}

double number_at(const ScriptLine& line, std::size_t word) { return *number_in(line.words[word]); }

Point point_at(const ScriptLine& line, std::size_t word) {
  return {number_at(line, word), number_at(line, word + 1)};
}

// In steps of a thirtieth of a second, as a screen would show it.
void play(Session& session, sim::Duration how_long) {
  constexpr std::int64_t frame = 1'000'000'000 / 30;
  session.set_playing(true);
  for (std::int64_t passed = 0; passed < how_long.ns; passed += frame) {
    session.tick(static_cast<double>(std::min(frame, how_long.ns - passed)) / 1e9, {});
  }
  session.set_playing(false);
}

}  // namespace

std::vector<ScriptLine> read_script(const std::filesystem::path& file,
                                    scenarios::Problems& problems) {
  std::vector<ScriptLine> lines;
  std::ifstream stream(file);
  if (!stream) {
    problems.add({.origin = {file.string(), {}},
                  .pointer = {},
                  .message = "cannot be read",
                  .value = {},
                  .suggestion = {}});
  }
  int number = 0;
  for (std::string text; std::getline(stream, text);) {
    ScriptLine line{.number = ++number, .verb = {}, .words = {}};
    std::istringstream words(text.substr(0, text.find('#')));
    if (!(words >> line.verb)) continue;
    for (std::string word; words >> word;) line.words.push_back(std::move(word));
    if (std::string wrong = complaint(line); !wrong.empty()) {
      problems.add({.origin = {file.string(), scenarios::Position{number, 1}},
                    .pointer = {},
                    .message = std::move(wrong),
                    .value = text,
                    .suggestion = {}});
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

bool follow(const ScriptLine& line, Session& session) {
  if (line.verb == "at") {
    session.go_to(sim::Time{} + *sim::parse_duration(line.words[0]));
  } else if (line.verb == "play") {
    play(session, *sim::parse_duration(line.words[0]));
  } else if (line.verb == "key") {
    const Command command = *command_in(line.words[0]);
    if (command == Command::screenshot || command == Command::save) return false;
    session.command(command, key_in(line.words[0]).shift);
    session.tick(0, {});
  } else if (line.verb == "speed") {
    session.set_speed(Speed(number_at(line, 0)));
  } else if (line.verb == "select") {
    if (!session.select(line.words[0])) session.say("There is no " + line.words[0] + ".");
  } else if (line.verb == "point") {
    session.point_at(point_at(line, 0));
  } else if (line.verb == "click" || line.verb == "drag") {
    session.press(point_at(line, 0));
    const Point last = point_at(line, line.words.size() - 2);
    if (line.verb == "drag") session.point_at(last);
    session.release(last);
    session.point_at(std::nullopt);
    session.tick(0, {});
  } else if (line.verb == "wheel") {
    session.wheel(point_at(line, 0), number_at(line, 2));
  } else if (line.verb == "resize") {
    session.resize(point_at(line, 0));
  } else if (line.verb == "save") {
    session.save(line.words[0]);
  } else {
    return false;
  }
  return true;
}

}  // namespace faultline::viz
