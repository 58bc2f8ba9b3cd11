#include "viz/screen/picture_file.h"

#include <fmt/format.h>

#include <SFML/System/Err.hpp>

namespace faultline::viz {

bool save_quietly(const sf::Image& image, const std::filesystem::path& file) {
  std::streambuf* const complaints = sf::err().rdbuf(nullptr);
  const bool done = image.saveToFile(file.string());
  sf::err().rdbuf(complaints);
  return done;
}

std::optional<std::string> write_picture(const sf::Image& image,
                                         const std::filesystem::path& file) {
  // Beside its place first: a picture is there whole or not at all.
  std::filesystem::path unfinished = file;
  unfinished.replace_extension(".unfinished.png");
  std::error_code error;
  if (save_quietly(image, unfinished)) {
    std::filesystem::rename(unfinished, file, error);
    if (!error) return std::nullopt;
  }
  std::filesystem::remove(unfinished, error);
  return fmt::format("cannot write the picture {}", file.string());
}

}  // namespace faultline::viz
