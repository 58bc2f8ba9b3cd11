#include "scenarios/document.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "scenarios/find_scenario.h"
#include "scenarios/json_text.h"
#include "scenarios/merge_patch.h"
#include "scenarios/sourced_json.h"

namespace faultline::scenarios {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::array not_inherited = {"name", "about", "lesson", "series", "expect"};

void drop_key(SourcedJson& document, const std::string& key) {
  document.value.erase(key);
  document.place.children.erase(key);
}

// The files of an `extends` chain, read one after the other until one extends nothing.
class Chain {
 public:
  Chain(const fs::path& library, const TextLimits& limits, Problems& problems)
      : library_(library), limits_(limits), problems_(problems) {}

  bool read(fs::path path) {
    for (;;) {
      files.push_back(path);
      identities_.push_back(identity(path));
      SourcedJson& layer = layers.emplace_back();
      const auto index = static_cast<std::uint32_t>(layers.size() - 1);
      if (!read_json_file(path, index, limits_, layer, problems_)) return false;
      if (!take_string("$schema")) return false;
      const bool extends = layer.value.contains("extends");
      const auto base_name = take_string("extends");
      if (!base_name) return false;
      if (!extends) return true;
      const auto base = base_of(*base_name);
      if (!base) return false;
      path = *base;
    }
  }

  std::vector<fs::path> files;
  std::vector<SourcedJson> layers;

 private:
  static fs::path identity(const fs::path& path) {
    std::error_code error;
    fs::path canonical = fs::canonical(path, error);
    return error ? path : canonical;
  }

  // Removes a key of the last layer that must be a string if it is there ("" if it is not).
  std::optional<std::string> take_string(const std::string& key) {
    SourcedJson& layer = layers.back();
    const auto found = layer.value.find(key);
    if (found == layer.value.end()) return std::string();
    if (!found->is_string()) {
      report(key, "expected a file name in double quotes", shown(*found), std::nullopt);
      return std::nullopt;
    }
    if (key == "extends") extends_place_ = layer.place.children[key];
    std::string text = found->get<std::string>();
    drop_key(layer, key);
    return text;
  }

  std::optional<fs::path> base_of(const std::string& name) {
    std::optional<std::string> suggestion;
    const auto base = name.empty()
                          ? std::nullopt
                          : find_base(name, files.back().parent_path(), library_, suggestion);
    if (!base) {
      report("extends", "expected a scenario file beside this one or in the library",
             in_quotes(name), suggestion);
      return std::nullopt;
    }
    const auto seen = std::find(identities_.begin(), identities_.end(), identity(*base));
    if (seen != identities_.end()) {
      std::string cycle;
      for (auto i = seen - identities_.begin(); i < std::ssize(files); ++i) {
        cycle += files[static_cast<std::size_t>(i)].filename().string() + " -> ";
      }
      report("extends", "a cycle: " + cycle + base->filename().string(), std::nullopt,
             std::nullopt);
      return std::nullopt;
    }
    if (files.size() >= Document::longest_chain) {
      report("extends",
             "too long a chain: at most " + std::to_string(Document::longest_chain) +
                 " files may extend each other",
             std::nullopt, std::nullopt);
      return std::nullopt;
    }
    return base;
  }

  void report(const std::string& key, std::string message, std::optional<std::string> value,
              std::optional<std::string> suggestion) {
    const auto place = layers.back().place.children.find(key);
    const Place& at = place == layers.back().place.children.end() ? extends_place_ : place->second;
    problems_.add({{files.back().string(), Position{at.line, at.column}},
                   "/" + key,
                   std::move(message),
                   std::move(value),
                   std::move(suggestion)});
  }

  const fs::path& library_;
  const TextLimits& limits_;
  Problems& problems_;
  std::vector<fs::path> identities_;  // canonical, so that a cycle is seen under any spelling
  Place extends_place_;
};

}  // namespace

struct Document::Content {
  SourcedJson document{json::object(), {}};
  std::vector<fs::path> chain;
  std::vector<std::string> names;  // by the `file` of a place: the chain's files, then `--set`
};

Document::Document() : content_(std::make_unique<Content>()) {}
Document::~Document() = default;
Document::Document(const Document& other) : content_(std::make_unique<Content>(*other.content_)) {}
Document::Document(Document&& other) noexcept = default;
Document& Document::operator=(Document other) noexcept {
  content_ = std::move(other.content_);
  return *this;
}

const json& Document::value() const { return content_->document.value; }
const std::vector<fs::path>& Document::chain() const { return content_->chain; }

Origin Document::origin_of(std::string_view pointer) const {
  if (content_->names.empty()) return {};
  const Place* place = &content_->document.place;
  for (const std::string& token : parse_pointer(pointer).value_or(PointerTokens{})) {
    const auto child = place->children.find(token);
    if (child == place->children.end()) break;
    place = &child->second;
  }
  const std::string& name = content_->names.at(place->file);
  if (place->file >= content_->chain.size() || place->line == 0) return {name, std::nullopt};
  return {name, Position{place->line, place->column}};
}

fs::path Document::resolve(std::string_view pointer, std::string_view file_name) const {
  const std::string file = origin_of(pointer).file;
  if (file == override_origin) return fs::path(file_name);
  return (fs::path(file).parent_path() / file_name).lexically_normal();
}

void Document::add_problem(std::string pointer, std::string message, Problems& problems) const {
  Origin origin = origin_of(pointer);
  problems.add({std::move(origin), std::move(pointer), std::move(message), {}, {}});
}

void Document::set(const Override& setting, Problems& problems) {
  if (content_->names.size() == content_->chain.size()) {
    content_->names.emplace_back(override_origin);
  }
  const auto file_index = static_cast<std::uint32_t>(content_->chain.size());
  apply_override(content_->document, setting, file_index, problems);
}

Document load_document(const fs::path& path, std::span<const Override> overrides,
                       const fs::path& library, Problems& problems) {
  return load_document(path, overrides, library, problems, TextLimits{});
}

Document load_document(const fs::path& path, std::span<const Override> overrides,
                       const fs::path& library, Problems& problems, const TextLimits& limits) {
  Chain chain(library, limits, problems);
  if (!chain.read(path)) return Document();

  Document result;
  Document::Content& content = *result.content_;
  for (const fs::path& file : chain.files) content.names.push_back(file.string());
  content.chain = std::move(chain.files);
  content.document = std::move(chain.layers.back());
  for (std::size_t i = chain.layers.size() - 1; i-- > 0;) {
    for (const char* key : not_inherited) drop_key(content.document, key);
    merge_patch(content.document, chain.layers[i], content.names, problems);
  }
  for (const Override& setting : overrides) result.set(setting, problems);
  return result;
}

}  // namespace faultline::scenarios
