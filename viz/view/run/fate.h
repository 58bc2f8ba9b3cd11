// Fate: what becomes of a message, as far as it is known while it is under way.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace faultline::viz {

enum class Fate : std::uint8_t {
  asking,    // a first try, on its way to the callee
  retrying,  // a further try
  answered,  // an answer in time
  late,      // an answer to a user who has waited too long already
  failed,    // an error, or nothing at all: the message is lost
  shed,      // refused: the callee had no room
};

inline constexpr std::array<std::string_view, 6> fate_names = {"asking", "retrying", "answered",
                                                               "late",   "failed",   "shed"};

constexpr std::string_view name_of(Fate fate) { return fate_names[static_cast<std::size_t>(fate)]; }

}  // namespace faultline::viz
