// What a key is called, by what SFML calls it. (SFML 3 renames its events: they are met here and in
// window.cpp.)
#pragma once

#include <SFML/Window/Keyboard.hpp>
#include <string>

namespace faultline::viz {

// As in the list of commands; empty: a key without a meaning.
std::string key_name(sf::Keyboard::Key key);

}  // namespace faultline::viz
