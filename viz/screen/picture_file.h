// Writing a picture into a file.
#pragma once

#include <SFML/Graphics/Image.hpp>
#include <filesystem>
#include <optional>
#include <string>

namespace faultline::viz {

// Whether it was written; says nothing itself when it was not.
bool save_quietly(const sf::Image& image, const std::filesystem::path& file);
// The file is there whole or not at all. A sentence for the user, if it failed.
std::optional<std::string> write_picture(const sf::Image& image, const std::filesystem::path& file);

}  // namespace faultline::viz
