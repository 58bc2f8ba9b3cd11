#include "viz/view/session/command.h"

#include <algorithm>
#include <array>

namespace faultline::viz {
namespace {

constexpr std::array bindings{
    KeyBinding{"Space", false, Command::pause, "play, pause"},
    KeyBinding{"Right", false, Command::step_forward, "one event on"},
    KeyBinding{"Left", false, Command::step_back, "one event back"},
    KeyBinding{"Right", true, Command::second_forward, "one second on"},
    KeyBinding{"Left", true, Command::second_back, "one second back"},
    KeyBinding{"Up", false, Command::faster, "faster"},
    KeyBinding{"Down", false, Command::slower, "slower"},
    KeyBinding{"Home", false, Command::to_begin, "to the beginning"},
    KeyBinding{"End", false, Command::to_end, "to the end"},
    KeyBinding{"R", false, Command::restart, "start anew, without what was done by hand"},
    KeyBinding{"F", false, Command::fit, "see all of the stage"},
    KeyBinding{"T", false, Command::theme, "light or dark"},
    KeyBinding{"L", false, Command::lesson, "the scenario's lesson"},
    KeyBinding{"H", false, Command::help, "this help"},
    KeyBinding{"?", false, Command::help, "this help"},
    KeyBinding{"S", false, Command::screenshot, "save a picture"},
    KeyBinding{"E", false, Command::save, "save what was done by hand as a scenario"},
    KeyBinding{"C", false, Command::crash, "crash it"},
    KeyBinding{"B", false, Command::bring_back, "bring it back: restart"},
    KeyBinding{"W", false, Command::slow, "make it work at a fifth of its speed"},
    KeyBinding{"Z", false, Command::freeze, "let it stand still"},
    KeyBinding{"V", false, Command::flush, "let it forget all it holds"},
    KeyBinding{"X", false, Command::cut, "cut the way"},
    KeyBinding{"D", false, Command::delay, "let messages take 200 ms longer"},
    KeyBinding{"A", false, Command::add_load, "double the load"},
    KeyBinding{"Escape", false, Command::clear, "select nothing; close what lies above"},
};

}  // namespace

std::span<const KeyBinding> key_bindings() { return bindings; }

std::optional<Command> command_of(std::string_view key, bool shift) {
  const auto find = [&](bool with_shift) {
    return std::find_if(bindings.begin(), bindings.end(), [&](const KeyBinding& binding) {
      return binding.key == key && binding.shift == with_shift;
    });
  };
  auto found = find(shift);
  if (found == bindings.end() && shift) found = find(false);
  return found == bindings.end() ? std::nullopt : std::optional(found->command);
}

}  // namespace faultline::viz
