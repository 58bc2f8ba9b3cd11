#include "scenarios/override.h"

#include <algorithm>
#include <utility>

#include "scenarios/json_text.h"
#include "scenarios/merge_patch.h"
#include "scenarios/sourced_json.h"
#include "scenarios/text_position.h"

namespace faultline::scenarios {
namespace {

using nlohmann::json;

constexpr std::size_t deepest = TextLimits{}.depth;

void refuse(std::string pointer, std::string message, std::optional<std::string> value,
            Problems& problems) {
  problems.add({{std::string(override_origin), std::nullopt},
                std::move(pointer),
                std::move(message),
                std::move(value),
                std::nullopt});
}

std::vector<std::string> split_at_dots(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c == '.') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

// Walks all ways in which words joined by dots are keys of the document.
class DottedPath {
 public:
  explicit DottedPath(std::vector<std::string> words) : words_(std::move(words)) {}

  std::vector<PointerTokens> readings(const json& root) {
    walk(root, 0);
    return std::move(furthest_);
  }

 private:
  void walk(const json& value, std::size_t used) {
    if (used > most_used_) furthest_.clear();
    most_used_ = std::max(most_used_, used);
    if (used == most_used_) {
      PointerTokens reading = tokens_;
      reading.insert(reading.end(), words_.begin() + static_cast<std::ptrdiff_t>(used),
                     words_.end());
      furthest_.push_back(std::move(reading));
    }
    if (used == words_.size()) return;
    if (value.is_array()) {
      const auto index = array_index(words_[used]);
      if (index && *index < value.size()) enter(value[*index], words_[used], used + 1);
      return;
    }
    if (!value.is_object()) return;
    std::string key;
    for (std::size_t end = used; end < words_.size(); ++end) {
      key += (end == used ? "" : ".") + words_[end];
      const auto member = value.find(key);
      if (member != value.end()) enter(*member, key, end + 1);
    }
  }

  void enter(const json& value, const std::string& token, std::size_t used) {
    tokens_.push_back(token);
    walk(value, used);
    tokens_.pop_back();
  }

  std::vector<std::string> words_;
  PointerTokens tokens_;
  std::size_t most_used_ = 0;
  std::vector<PointerTokens> furthest_;
};

// The one reading of the setting's path, or a problem.
std::optional<PointerTokens> only_reading(const json& root, const std::string& path,
                                          Problems& problems) {
  const std::vector<PointerTokens> readings = readings_of_path(root, path);
  if (readings.empty() || readings.front().empty() || path.empty()) {
    refuse("", "expected a JSON pointer such as /run/duration", in_quotes(path), problems);
    return std::nullopt;
  }
  if (readings.size() > 1) {
    std::string message = in_quotes(path) + " is ambiguous; write one of";
    for (const PointerTokens& reading : readings) message += ' ' + pointer_text(reading);
    refuse("", std::move(message), std::nullopt, problems);
    return std::nullopt;
  }
  if (readings.front().size() > deepest) {
    refuse("", "too deep: at most " + std::to_string(deepest) + " levels", in_quotes(path),
           problems);
    return std::nullopt;
  }
  return readings.front();
}

// VALUE as JSON, or else as the string it is.
SourcedJson parse_value(const std::string& text, std::uint32_t file_index, Problems& problems) {
  SourcedJson parsed;
  Problems inside;
  const std::string file(override_origin);
  if (!parse_json(text, file, file_index, Comments::refused, TextLimits{}, parsed, inside)) {
    parsed = {};
    parsed.value = text;
    parsed.place.file = file_index;
    return parsed;
  }
  for (const Problem& problem : inside.kept()) problems.add(problem);
  return parsed;
}

// Goes from `at` to the child `token`, which is created in an object that lacks it.
bool descend(json*& at, Place*& place, const std::string& token, const std::string& pointer,
             std::uint32_t file_index, Problems& problems) {
  if (at->is_array()) {
    const auto index = array_index(token);
    if (!index || *index >= at->size()) {
      const std::string items = std::to_string(at->size()) + (at->size() == 1 ? " item" : " items");
      refuse(pointer, "expected the index of an item; the array has " + items, in_quotes(token),
             problems);
      return false;
    }
    at = &(*at)[*index];
  } else if (at->is_object()) {
    if (!at->contains(token)) {
      (*at)[token] = json::object();
      place->children[token].file = file_index;
    }
    at = &(*at)[token];
  } else {
    refuse(pointer, "nothing can be set inside " + kind_of(*at), std::nullopt, problems);
    return false;
  }
  place = &place->children[token];
  return true;
}

void remove_key(json& object, Place& place, const std::string& pointer, const std::string& key,
                Problems& problems) {
  place.children.erase(key);
  if (object.erase(key) > 0) return;
  problems.add({{std::string(override_origin), std::nullopt},
                pointer,
                "nothing to remove: there is no " + in_quotes(key) + " here",
                std::nullopt,
                nearest_name(key, keys_of(object))});
}

}  // namespace

std::optional<Override> parse_override(std::string_view text, Problems& problems) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos || equals == 0) {
    refuse("", "expected POINTER=VALUE", in_quotes(text), problems);
    return std::nullopt;
  }
  if (find_invalid_utf8(text) != text.npos) {
    refuse("", "expected UTF-8", in_quotes(text), problems);
    return std::nullopt;
  }
  return Override{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

std::vector<PointerTokens> readings_of_path(const json& root, std::string_view text) {
  if (text.empty() || text.front() == '/') {
    const auto tokens = parse_pointer(text);
    if (!tokens) return {};
    return std::vector<PointerTokens>(1, *tokens);
  }
  return DottedPath(split_at_dots(text)).readings(root);
}

void apply_override(SourcedJson& document, const Override& setting, std::uint32_t file_index,
                    Problems& problems) {
  const auto tokens = only_reading(document.value, setting.path, problems);
  if (!tokens) return;
  if (tokens->front() == "extends" || tokens->front() == "$schema") {
    refuse(pointer_text(*tokens), "cannot be set: files are joined before --set applies",
           std::nullopt, problems);
    return;
  }
  SourcedJson setting_value = parse_value(setting.value, file_index, problems);

  json* at = &document.value;
  Place* place = &document.place;
  PointerTokens walked;
  for (const std::string& token : *tokens) {
    const bool last = walked.size() + 1 == tokens->size();
    if (last && setting_value.value.is_null() && at->is_object()) {
      remove_key(*at, *place, pointer_text(*tokens), token, problems);
      return;
    }
    walked.push_back(token);
    if (!descend(at, place, token, pointer_text(walked), file_index, problems)) return;
  }
  *at = std::move(setting_value.value);
  *place = std::move(setting_value.place);
}

}  // namespace faultline::scenarios
