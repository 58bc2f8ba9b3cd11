#include "tests/house/source_rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace faultline::house {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.find('/')); }

std::string complaint(const Source& source, std::size_t line, const std::string& what) {
  return source.path + ":" + std::to_string(line) + ": " + what;
}

struct Include {
  std::string name;
  std::size_t line = 0;
  bool quoted = false;
};

std::vector<Include> includes_of(const Source& source) {
  static const std::regex pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::vector<Include> includes;
  const std::vector<std::string> lines = lines_of(code_only(source.text, true));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::smatch match;
    if (std::regex_search(lines[i], match, pattern)) {
      includes.push_back({match[2], i + 1, match[1] == "\""});
    }
  }
  return includes;
}

Complaints lines_that_match(const Source& source, const std::regex& pattern,
                            const std::string& what) {
  Complaints complaints;
  const std::vector<std::string> lines = lines_of(code_only(source.text));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::smatch match;
    if (std::regex_search(lines[i], match, pattern)) {
      complaints.push_back(complaint(source, i + 1, what + ": " + match.str()));
    }
  }
  return complaints;
}

// Reads one lexical element at a time and writes it, or as many blanks, to `out`.
class Blanker {
 public:
  Blanker(std::string_view text, bool keep_strings) : text_(text), keep_strings_(keep_strings) {}

  std::string run() {
    while (at_ < text_.size()) {
      if (starts_with("//")) {
        take(text_.find('\n', at_), false);
      } else if (starts_with("/*")) {
        take(after("*/", at_ + 2), false);
      } else if (starts_with("R\"") && !follows_word()) {
        take_raw_string();
      } else if (text_[at_] == '"' || (text_[at_] == '\'' && !follows_word())) {
        take(end_of_literal(), keep_strings_);
      } else {
        take(at_ + 1, true);
      }
    }
    return out_;
  }

 private:
  bool starts_with(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  // A quote after a letter or digit separates digits (1'000) or belongs to an identifier.
  bool follows_word() const {
    return at_ > 0 && (std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) != 0);
  }

  std::size_t after(std::string_view what, std::size_t from) const {
    const std::size_t found = text_.find(what, from);
    return found == std::string_view::npos ? found : found + what.size();
  }

  std::size_t end_of_literal() const {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != text_[at_] && text_[end] != '\n') {
      end += text_[end] == '\\' ? 2 : 1;
    }
    return end + 1;
  }

  void take_raw_string() {
    const std::size_t open = text_.find('(', at_);
    if (open == std::string_view::npos) return take(open, true);
    const std::string delimiter(text_.substr(at_ + 2, open - at_ - 2));
    take(after(")" + delimiter + "\"", open), keep_strings_);
  }

  void take(std::size_t end, bool keep) {
    end = std::min(end, text_.size());
    for (; at_ < end; ++at_) out_ += keep || text_[at_] == '\n' ? text_[at_] : ' ';
  }

  std::string_view text_;
  bool keep_strings_;
  std::size_t at_ = 0;
  std::string out_;
};

const std::map<std::string, std::set<std::string>>& may_include() {
  static const std::map<std::string, std::set<std::string>> allowed = {
      {"sim", {"sim"}},
      {"models", {"sim", "models"}},
      {"scenarios", {"sim", "models", "scenarios"}},
      {"analysis", {"sim", "models", "scenarios", "analysis"}},
      {"cli", {"sim", "models", "scenarios", "analysis", "cli"}},
      {"viz", {"sim", "models", "scenarios", "analysis", "viz"}},
  };
  return allowed;
}

bool is_ours(const std::string& folder) {
  return may_include().contains(folder) || folder == "tests" || folder == "bench";
}

bool is_in(const Source& source, const std::set<std::string>& folders) {
  return folders.contains(folder_of(source.path));
}

}  // namespace

std::string code_only(std::string_view text, bool keep_strings) {
  return Blanker(text, keep_strings).run();
}

Complaints upward_includes(const Source& source) {
  const auto allowed = may_include().find(folder_of(source.path));
  if (allowed == may_include().end()) return {};
  Complaints complaints;
  for (const Include& include : includes_of(source)) {
    const std::string folder = folder_of(include.name);
    if (is_ours(folder) && !allowed->second.contains(folder)) {
      complaints.push_back(complaint(source, include.line, "includes upward: " + include.name));
    } else if (include.quoted && !is_ours(folder)) {
      complaints.push_back(
          complaint(source, include.line, "not named from the root: " + include.name));
    }
  }
  return complaints;
}

Complaints misplaced_packages(const Source& source) {
  if (!may_include().contains(folder_of(source.path))) return {};
  Complaints complaints;
  for (const Include& include : includes_of(source)) {
    const std::string package = folder_of(include.name);
    const bool misplaced =
        (package == "SFML" && !is_in(source, {"viz"})) ||
        (package == "nlohmann" && is_in(source, {"sim", "models"})) ||
        ((package == "CLI" || package == "CLI11.hpp") && !is_in(source, {"cli", "viz"}));
    if (misplaced) {
      complaints.push_back(complaint(source, include.line, "misplaced: " + include.name));
    }
  }
  return complaints;
}

Complaints nondeterminism(const Source& source) {
  if (!is_in(source, {"sim", "models"})) return {};
  static const std::string libm =
      "(a?(sin|cos|tan)h?|atan2|exp|exp2|expm1|log|log2|log10|log1p|pow|cbrt|hypot|erfc?"
      "|[lt]gamma)[fl]?";
  struct Ban {
    std::regex pattern;
    std::string what;
  };
  static const std::array<Ban, 6> bans = {{
      {std::regex(R"(\bstd::\w+_distribution\b)"), "differs between libraries"},
      {std::regex(R"(\b(s?rand|drand48|random)\s*\(|\brandom_device\b|\bdefault_random_engine\b)"),
       "luck without a key"},
      {std::regex(R"(\b(steady|system|high_resolution)_clock\b|\b(clock_gettime|gettimeofday)\b)"
                  R"(|\btime\s*\(\s*(nullptr|NULL|0)\s*\))"),
       "wall clock"},
      {std::regex(R"(\bstd::unordered_\w+)"), "its order differs between libraries"},
      {std::regex(R"(\bstd::)" + libm + R"(\b)"), "last bits differ between processors"},
      {std::regex(R"((^|[^\w:])::)" + libm + R"(\s*\(|\b__builtin_)" + libm + R"(\b)"),
       "last bits differ between processors"},
  }};
  Complaints complaints;
  for (const Ban& ban : bans) {
    const Complaints found = lines_that_match(source, ban.pattern, ban.what);
    complaints.insert(complaints.end(), found.begin(), found.end());
  }
  return complaints;
}

Complaints components_that_meet(const std::vector<Source>& sources) {
  static const std::regex component(
      R"(\bclass\s+\w+[^;{]*:[^;{]*\b(public\s+)?(\w+::)*Component\b)");
  static const std::set<std::string> see_several = {"models/registry.h", "models/registry.cpp"};
  std::set<std::string> components;
  for (const Source& source : sources) {
    if (is_in(source, {"models"}) && std::regex_search(code_only(source.text), component)) {
      components.insert(source.path);
    }
  }
  Complaints complaints;
  for (const Source& source : sources) {
    if (!is_in(source, {"models"}) || see_several.contains(source.path)) continue;
    // A component includes none but, from its source files, its own header.
    const bool is_header = source.path.ends_with(".h");
    std::size_t allowed = is_header && components.contains(source.path) ? 0 : 1;
    for (const Include& include : includes_of(source)) {
      if (!components.contains(include.name)) continue;
      if (allowed == 0) {
        complaints.push_back(
            complaint(source, include.line, "meets another component: " + include.name));
      } else {
        --allowed;
      }
    }
  }
  return complaints;
}

Complaints long_lines(const Source& source) {
  Complaints complaints;
  const std::vector<std::string> lines = lines_of(source.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    // Bytes that continue a UTF-8 character take no column.
    const auto columns = std::count_if(lines[i].begin(), lines[i].end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    });
    if (columns > 100) {
      complaints.push_back(complaint(source, i + 1, std::to_string(columns) + " columns"));
    }
  }
  return complaints;
}

Complaints left_for_later(const Source& source) {
  // Written in halves, so that this file keeps its own rule.
  static const std::regex pattern(R"(\b()"
                                  "TO"
                                  "DO|FIX"
                                  "ME|XX"
                                  R"(X)\b)");
  Complaints complaints;
  const std::vector<std::string> lines = lines_of(source.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (std::regex_search(lines[i], pattern)) {
      complaints.push_back(complaint(source, i + 1, "left for later"));
    }
  }
  return complaints;
}

Complaints header_without_data_sheet(const Source& source) {
  if (!source.path.ends_with(".h")) return {};
  Complaints complaints;
  if (!source.text.starts_with("// ")) {
    complaints.push_back(complaint(source, 1, "a header opens with what it is"));
  }
  if (code_only(source.text).find("#pragma once") == std::string::npos) {
    complaints.push_back(complaint(source, 1, "no #pragma once"));
  }
  return complaints;
}

std::vector<Source> sources_below(const std::filesystem::path& root) {
  std::vector<Source> sources;
  for (const std::string folder :
       {"sim", "models", "scenarios", "analysis", "cli", "viz", "tests", "bench"}) {
    if (!std::filesystem::is_directory(root / folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      const std::filesystem::path& path = entry.path();
      if (path.extension() != ".h" && path.extension() != ".cpp") continue;
      std::ostringstream text;
      text << std::ifstream(path).rdbuf();
      sources.push_back({path.lexically_relative(root).generic_string(), text.str()});
    }
  }
  std::ranges::sort(sources, {}, &Source::path);
  return sources;
}

}  // namespace faultline::house
