// Document: a scenario as one JSON object, its `extends` chain and `--set` overrides applied, in
// which every value remembers the file it was written in.
//
// `"extends": NAME` makes a file a JSON Merge Patch (RFC 7396) of another: NAME is looked for
// beside the file that names it, then in the library. `name`, `about`, `lesson`, `series` and
// `expect` are not inherited. `extends` and `$schema` have done their work here and are not in the
// result.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "scenarios/override.h"
#include "scenarios/problems.h"

namespace faultline::scenarios {

struct TextLimits;

class Document {
 public:
  static constexpr std::size_t longest_chain = 16;  // files that extend each other

  Document();  // an empty object that comes from nowhere
  ~Document();
  Document(const Document& other);
  Document(Document&& other) noexcept;
  Document& operator=(Document other) noexcept;

  const nlohmann::json& value() const;

  // The scenario's own file first, then what it extends, and so on.
  const std::vector<std::filesystem::path>& chain() const;

  // Where the value at `pointer` was written; of one that is missing, where the nearest enclosing
  // object was. A value set from the command line comes from `--set`.
  Origin origin_of(std::string_view pointer) const;

  // A file name that stands at `pointer`, relative to the file which names it (set from the
  // command line: to the working directory).
  std::filesystem::path resolve(std::string_view pointer, std::string_view file_name) const;

  // A problem with the value at `pointer`, its origin filled in.
  void add_problem(std::string pointer, std::string message, Problems& problems) const;

  void set(const Override& setting, Problems& problems);

 private:
  friend Document load_document(const std::filesystem::path&, std::span<const Override>,
                                const std::filesystem::path&, Problems&, const TextLimits&);
  struct Content;
  std::unique_ptr<Content> content_;
};

// When a file cannot be read or joined, problems say why and the document is an empty object.
Document load_document(const std::filesystem::path& path, std::span<const Override> overrides,
                       const std::filesystem::path& library, Problems& problems);
Document load_document(const std::filesystem::path& path, std::span<const Override> overrides,
                       const std::filesystem::path& library, Problems& problems,
                       const TextLimits& limits);

}  // namespace faultline::scenarios
