// Where the letters come from: the fonts of the system, or a file that the user names.
#pragma once

#include <SFML/Graphics/Font.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace faultline::viz {

struct Fonts {
  sf::Font regular;
  sf::Font bold;
};

struct NoFonts {
  std::string problem;  // a sentence for the user: what is wrong, and what to install or name
};

// Without a `given` file: the first of DejaVu Sans, Liberation Sans, Noto Sans and FreeSans that is
// installed. With it: this file and the bold one beside it (NAME-Bold for NAME or NAME-Regular), if
// there is one; else its bold letters are its regular ones.
std::variant<Fonts, NoFonts> load_fonts(const std::optional<std::filesystem::path>& given = {});

}  // namespace faultline::viz
