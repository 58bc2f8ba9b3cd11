#include "viz/screen/fonts.h"

#include <SFML/System/Err.hpp>
#include <array>
#include <cstdlib>
#include <map>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace faultline::viz {
namespace {

namespace fs = std::filesystem;

struct Family {
  const char* regular;
  const char* bold;
};

constexpr std::array<Family, 4> families = {
    {{"DejaVuSans.ttf", "DejaVuSans-Bold.ttf"},
     {"LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"},
     {"NotoSans-Regular.ttf", "NotoSans-Bold.ttf"},
     {"FreeSans.ttf", "FreeSansBold.ttf"}}};

struct FontFiles {
  fs::path regular;
  fs::path bold;
};

std::vector<fs::path> font_folders() {
  std::vector<fs::path> folders = {"/usr/share/fonts", "/usr/local/share/fonts"};
  if (const char* home = std::getenv("HOME"); home != nullptr) {
    folders.push_back(fs::path(home) / ".local/share/fonts");
    folders.push_back(fs::path(home) / ".fonts");
  }
  return folders;
}

// By file name; of several files with one name, the first path in alphabetical order.
std::map<std::string, fs::path> installed_files() {
  std::map<std::string, fs::path> files;
  for (const fs::path& folder : font_folders()) {
    std::error_code error;  // what cannot be read holds no font for us
    auto entry = fs::recursive_directory_iterator(
        folder, fs::directory_options::skip_permission_denied, error);
    while (!error && entry != fs::recursive_directory_iterator()) {
      const fs::path& path = entry->path();
      if (path.extension() == ".ttf") {
        const auto [known, added] = files.try_emplace(path.filename().string(), path);
        if (!added && path < known->second) known->second = path;
      }
      entry.increment(error);
    }
  }
  return files;
}

std::optional<FontFiles> installed_family() {
  const std::map<std::string, fs::path> files = installed_files();
  for (const Family& family : families) {
    const auto regular = files.find(family.regular);
    const auto bold = files.find(family.bold);
    if (regular != files.end() && bold != files.end()) {
      return FontFiles{regular->second, bold->second};
    }
  }
  return std::nullopt;
}

FontFiles files_beside(const fs::path& given) {
  std::string name = given.stem().string();
  constexpr std::string_view regular = "-Regular";
  if (name.ends_with(regular)) name.resize(name.size() - regular.size());
  fs::path bold = given.parent_path() / (name + "-Bold" + given.extension().string());
  std::error_code error;
  return {given, fs::exists(bold, error) ? bold : given};
}

// Says nothing itself when it fails.
bool read(sf::Font& font, const fs::path& file) {
  std::streambuf* const complaints = sf::err().rdbuf(nullptr);
  const bool done = font.loadFromFile(file.string());
  sf::err().rdbuf(complaints);
  return done;
}

}  // namespace

std::variant<Fonts, NoFonts> load_fonts(const std::optional<fs::path>& given) {
  const std::optional<FontFiles> files = given ? files_beside(*given) : installed_family();
  if (!files) {
    return NoFonts{
        "no font found: install the package fonts-dejavu-core, "
        "or name a file with --font FILE.ttf"};
  }
  Fonts fonts;
  for (const auto& [font, file] :
       {std::pair{&fonts.regular, files->regular}, {&fonts.bold, files->bold}}) {
    if (!read(*font, file)) return NoFonts{"cannot read a font from " + file.string()};
  }
  return fonts;
}

}  // namespace faultline::viz
