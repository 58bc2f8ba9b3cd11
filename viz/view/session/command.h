// Command: what one can ask of the window by a key, and which key that is. The help, the script and
// the window read this one list.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace faultline::viz {

enum class Command {
  pause,
  step_forward,
  step_back,
  second_forward,
  second_back,
  faster,
  slower,
  to_begin,
  to_end,
  restart,
  fit,
  theme,
  lesson,
  help,
  screenshot,
  save,
  crash,
  bring_back,
  slow,
  freeze,
  flush,
  cut,
  delay,
  add_load,
  clear,
};

struct KeyBinding {
  std::string_view key;  // "Space", "Left", "C"
  bool shift = false;
  Command command;
  std::string_view meaning;
};

std::span<const KeyBinding> key_bindings();
// A key that means something without shift means the same with it, unless that means another thing.
std::optional<Command> command_of(std::string_view key, bool shift);

}  // namespace faultline::viz
