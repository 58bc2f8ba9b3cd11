// Problems: all that is wrong with a scenario or a command line, collected before anything runs.
//
// A problem says where (file, line and column where known, JSON pointer), what was expected, what
// was found, and the nearest valid name where a name was meant. One line each, in the order found:
//   shop.json:12:16: /components/web/workrs: unknown key "workrs"; did you mean "workers"?
// The first `kept_problems` are kept in full, those beyond are counted, so that a file of nothing
// but mistakes costs no more memory than it is long.
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::scenarios {

// Both count from 1; a column counts code points, as an editor does.
struct Position {
  int line = 1;
  int column = 1;
  friend bool operator==(const Position&, const Position&) = default;
};

// Where a value was written: a file as the user would name it, or `--set`.
struct Origin {
  std::string file;
  std::optional<Position> position;
};

struct Problem {
  Origin origin;
  std::string pointer;                    // JSON pointer; empty: the document as a whole
  std::string message;                    // what is wrong, or "expected ..."
  std::optional<std::string> value;       // what was found, as JSON, shortened
  std::optional<std::string> suggestion;  // the nearest valid name, bare

  std::string text() const;
};

class Problems {
 public:
  static constexpr std::size_t kept_problems = 1000;

  void add(Problem problem);
  bool empty() const { return count_ == 0; }
  std::size_t count() const { return count_; }
  const std::vector<Problem>& kept() const { return kept_; }

  // A line per problem, each ended by a newline; "" when there is none.
  std::string text() const;

 private:
  std::vector<Problem> kept_;
  std::size_t count_ = 0;
};

// Thrown once, at the end of a stage that found problems. what() is their text.
class ScenarioError : public std::runtime_error {
 public:
  explicit ScenarioError(Problems problems);
  const Problems& problems() const { return problems_; }

 private:
  Problems problems_;
};

// The candidate that `name` most likely meant, if one is near enough to be worth a suggestion:
// optimal string alignment distance, with case and the difference of `-`, `_` and blank ignored.
// Of equals the first.
std::optional<std::string> nearest_name(std::string_view name,
                                        const std::vector<std::string>& candidates);

// `text` in double quotes, cut to `longest` bytes (never inside a character), with control
// characters escaped, so that no input can steer the terminal it is printed on.
std::string in_quotes(std::string_view text, std::size_t longest = 60);

// Control characters escaped and shortened as in `in_quotes`, without the quotes.
std::string printable(std::string_view text, std::size_t longest);

}  // namespace faultline::scenarios
