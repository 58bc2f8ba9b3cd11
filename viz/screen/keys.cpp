#include "viz/screen/keys.h"

namespace faultline::viz {

std::string key_name(sf::Keyboard::Key key) {
  if (key >= sf::Keyboard::A && key <= sf::Keyboard::Z) {
    return {static_cast<char>('A' + (key - sf::Keyboard::A))};
  }
  switch (key) {
    case sf::Keyboard::Space:
      return "Space";
    case sf::Keyboard::Left:
      return "Left";
    case sf::Keyboard::Right:
      return "Right";
    case sf::Keyboard::Up:
      return "Up";
    case sf::Keyboard::Down:
      return "Down";
    case sf::Keyboard::Home:
      return "Home";
    case sf::Keyboard::End:
      return "End";
    case sf::Keyboard::Escape:
      return "Escape";
    default:
      return "";
  }
}

}  // namespace faultline::viz
