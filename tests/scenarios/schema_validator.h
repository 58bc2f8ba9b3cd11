// SchemaValidator: the part of JSON Schema (draft 2020-12) that scenarios/schema.json is written
// in. A keyword it does not know is an error, so that nothing in the schema goes unchecked.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace faultline::scenarios {

class SchemaValidator {
 public:
  explicit SchemaValidator(nlohmann::json schema) : root_(std::move(schema)) {}

  // What is wrong with `value`, a line each, beginning with the JSON pointer; none: it is valid.
  std::vector<std::string> problems(const nlohmann::json& value) const {
    return problems(value, root_);
  }
  // The same by `schema`, whose references lead into the one the validator was made with.
  std::vector<std::string> problems(const nlohmann::json& value,
                                    const nlohmann::json& schema) const {
    return check(schema, value, "");
  }

 private:
  using Problems = std::vector<std::string>;

  Problems check(const nlohmann::json& schema, const nlohmann::json& value,
                 const std::string& pointer) const;
  void check_keyword(const std::string& keyword, const nlohmann::json& schema,
                     const nlohmann::json& value, const std::string& pointer,
                     Problems& problems) const;
  bool check_number(const std::string& keyword, const nlohmann::json& bound,
                    const nlohmann::json& value, const std::string& pointer,
                    Problems& problems) const;
  bool check_object(const std::string& keyword, const nlohmann::json& schema,
                    const nlohmann::json& value, const std::string& pointer,
                    Problems& problems) const;
  bool check_list(const std::string& keyword, const nlohmann::json& schema,
                  const nlohmann::json& value, const std::string& pointer,
                  Problems& problems) const;
  bool check_combination(const std::string& keyword, const nlohmann::json& schema,
                         const nlohmann::json& value, const std::string& pointer,
                         Problems& problems) const;

  nlohmann::json root_;
};

}  // namespace faultline::scenarios
