#include "sim/distribution_text.h"

#include <array>
#include <optional>
#include <stdexcept>

namespace faultline::sim {
namespace {

constexpr int depth_max = 8;

// Thrown and caught in this file only.
struct Failure {
  ParseError error;
};

[[noreturn]] void fail(std::size_t position, std::string message) {
  throw Failure{{position, std::move(message)}};
}

// A piece of the text that knows where it stands in the whole.
struct Piece {
  std::string_view text;
  std::size_t at = 0;

  Piece part(std::size_t from, std::size_t count = std::string_view::npos) const {
    return {text.substr(from, count), at + from};
  }
  Piece trimmed() const {
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return part(text.size());
    return part(first, text.find_last_not_of(' ') - first + 1);
  }
};

// The value of a parser applied to a piece, or the failure at its place in the whole.
template <class T>
T take(const Parsed<T>& parsed, const Piece& piece) {
  if (!parsed) fail(piece.at + parsed.error().position, parsed.error().message);
  return *parsed;
}

struct Argument {
  std::optional<Piece> label;  // before `=` or `:`
  char separator = 0;
  Piece value;
};

struct Call {
  Piece name;
  Piece inside;  // between the parentheses
};

// How each kind is written; `keys` in the order in which bare arguments fill them.
struct Form {
  std::string_view name;
  std::string_view usage;
  std::array<std::string_view, 3> keys;
  bool bare;  // arguments may come without their keys
};

constexpr std::array forms{
    Form{"constant", "constant(8ms)", {"value"}, true},
    Form{"uniform", "uniform(1ms, 5ms)", {"min", "max"}, true},
    Form{"exp", "exp(5ms)", {"mean"}, true},
    Form{"erlang", "erlang(k=3, mean=9ms)", {"k", "mean"}, false},
    Form{"gamma", "gamma(mean=8ms, cv=0.7)", {"mean", "cv"}, false},
    Form{"lognormal", "lognormal(mean=8ms, cv=1.5)", {"mean", "cv"}, false},
    Form{"weibull", "weibull(mean=8ms, shape=1.5)", {"mean", "shape"}, false},
    Form{"pareto", "pareto(min=2ms, shape=2.5)", {"min", "mean", "shape"}, false},
    Form{"hyperexp", "hyperexp(0.9: 5ms, 0.1: 80ms)", {}, false},
    Form{"mix", "mix(0.9: 5ms, 0.1: exp(80ms))", {}, false},
    Form{"empirical", "empirical(FILE)", {}, false},
};

const Form& find_form(const Piece& name) {
  std::string names;
  for (const Form& form : forms) {
    if (form.name == name.text) return form;
    names += (names.empty() ? "" : ", ") + std::string(form.name);
  }
  fail(name.at, "expected one of " + names + ", got \"" + std::string(name.text) + '"');
}

// The first of `wanted` outside parentheses.
std::size_t find_outside(std::string_view text, std::string_view wanted) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (depth == 0 && wanted.find(text[i]) != std::string_view::npos) return i;
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
  }
  return std::string_view::npos;
}

Call split_call(const Piece& piece) {
  const std::size_t open = piece.text.find('(');
  int depth = 0;
  for (std::size_t i = open; i < piece.text.size(); ++i) {
    if (piece.text[i] == '(') ++depth;
    if (piece.text[i] == ')') --depth;
    if (depth > 0) continue;
    const Piece rest = piece.part(i + 1).trimmed();
    if (!rest.text.empty()) {
      fail(rest.at, "expected the end, got \"" + std::string(rest.text) + '"');
    }
    return {piece.part(0, open).trimmed(), piece.part(open + 1, i - open - 1).trimmed()};
  }
  fail(piece.at + piece.text.size(), "expected \")\", got nothing");
}

std::vector<Argument> split_arguments(Piece inside) {
  std::vector<Argument> arguments;
  for (bool more = !inside.text.empty(); more;) {
    const std::size_t comma = find_outside(inside.text, ",");
    more = comma != std::string_view::npos;
    const Piece one = inside.part(0, comma);
    if (more) inside = inside.part(comma + 1);
    const std::size_t mark = find_outside(one.text, "=:");
    Argument argument;
    if (mark == std::string_view::npos) {
      argument.value = one.trimmed();
    } else {
      argument.label = one.part(0, mark).trimmed();
      argument.separator = one.text[mark];
      argument.value = one.part(mark + 1).trimmed();
    }
    arguments.push_back(argument);
  }
  return arguments;
}

// Sorts the arguments under the form's keys; complains of what does not belong.
class Parameters {
 public:
  Parameters(const Form& form, const Call& call, Quantity quantity)
      : form_(form), end_(call.inside.at + call.inside.text.size()), quantity_(quantity) {
    std::size_t bare = 0;
    for (const Argument& argument : split_arguments(call.inside)) {
      const bool named = argument.separator == '=';
      if (!named && (!form.bare || argument.separator == ':')) {
        fail((argument.label ? *argument.label : argument.value).at, usage("name=value"));
      }
      const Piece where = named ? *argument.label : argument.value;
      const std::size_t slot = named ? slot_of(where) : bare++;
      if (slot >= form.keys.size() || form.keys[slot].empty()) {
        fail(where.at, usage("no further argument"));
      }
      if (values_[slot]) fail(where.at, std::string(form.keys[slot]) + " is given twice");
      values_[slot] = argument.value;
    }
  }

  bool has(std::string_view key) const { return find(key).has_value(); }
  double quantity(std::string_view key) const {
    const Piece piece = need(key);
    return take(parse_quantity(piece.text, quantity_), piece);
  }
  double number(std::string_view key) const {
    const Piece piece = need(key);
    return take(parse_number(piece.text), piece);
  }
  int count(std::string_view key) const {
    const Piece piece = need(key);
    const std::int64_t value = take(parse_count(piece.text), piece);
    if (value < 1 || value > 1'000'000) {
      fail(piece.at, std::string(key) + " must be between 1 and 1000000");
    }
    return static_cast<int>(value);
  }
  void exclude(std::string_view key, std::string_view other) const {
    if (const auto piece = find(key); piece && has(other)) {
      fail(piece->at, "expected either " + std::string(key) + " or " + std::string(other));
    }
  }

 private:
  std::string usage(std::string_view what) const {
    return "expected " + std::string(what) + ", as in " + std::string(form_.usage);
  }
  std::size_t slot_of(const Piece& label) const {
    for (std::size_t i = 0; i < form_.keys.size(); ++i) {
      if (!label.text.empty() && form_.keys[i] == label.text) return i;
    }
    fail(label.at, std::string(form_.name) + " has no parameter \"" + std::string(label.text) +
                       "\"; " + usage("its parameters"));
  }
  std::optional<Piece> find(std::string_view key) const {
    for (std::size_t i = 0; i < form_.keys.size(); ++i) {
      if (form_.keys[i] == key) return values_[i];
    }
    return std::nullopt;
  }
  Piece need(std::string_view key) const {
    if (const auto piece = find(key)) return *piece;
    fail(end_, std::string(form_.name) + " needs " + std::string(key) + ", as in " +
                   std::string(form_.usage));
  }

  const Form& form_;
  std::size_t end_;
  Quantity quantity_;
  std::array<std::optional<Piece>, 3> values_;
};

class Reader {
 public:
  Reader(Quantity quantity, const ReadValues& read_values)
      : quantity_(quantity), read_values_(read_values) {}

  Distribution read(const Piece& untrimmed, int depth = 0) const {
    const Piece piece = untrimmed.trimmed();
    if (piece.text.find('(') == std::string_view::npos) {
      return Distribution::constant(take(parse_quantity(piece.text, quantity_), piece));
    }
    const Call call = split_call(piece);
    const Form& form = find_form(call.name);
    if (depth >= depth_max) fail(piece.at, "mixtures may be nested at most 8 deep");
    try {
      if (form.name == "mix") return read_mixture(form, call, depth);
      if (form.name == "hyperexp") return read_hyperexponential(form, call);
      if (form.name == "empirical") return read_empirical(call);
      return read_simple(form.name, Parameters(form, call, quantity_));
    } catch (const std::invalid_argument& refused) {
      fail(piece.at, std::string(form.name) + ": " + refused.what());
    }
  }

 private:
  static Distribution read_simple(std::string_view name, const Parameters& p) {
    if (name == "constant") return Distribution::constant(p.quantity("value"));
    if (name == "exp") return Distribution::exponential(p.quantity("mean"));
    if (name == "erlang") return Distribution::erlang(p.count("k"), p.quantity("mean"));
    if (name == "gamma") return Distribution::gamma(p.quantity("mean"), p.number("cv"));
    if (name == "lognormal") return Distribution::lognormal(p.quantity("mean"), p.number("cv"));
    if (name == "weibull") return Distribution::weibull(p.quantity("mean"), p.number("shape"));
    if (name == "uniform") return Distribution::uniform(p.quantity("min"), p.quantity("max"));
    p.exclude("mean", "min");
    if (p.has("mean")) {
      return Distribution::pareto_with_mean(p.quantity("mean"), p.number("shape"));
    }
    return Distribution::pareto(p.quantity("min"), p.number("shape"));
  }

  // Calls `add(weight, value)` for each `weight: value`.
  template <class Add>
  static void read_weighted(const Form& form, const Call& call, const Add& add) {
    for (const Argument& argument : split_arguments(call.inside)) {
      if (argument.separator != ':') {
        fail((argument.label ? *argument.label : argument.value).at,
             "expected weight: value, as in " + std::string(form.usage));
      }
      const Piece weight = *argument.label;
      add(take(parse_ratio(weight.text), weight), argument.value);
    }
  }

  Distribution read_mixture(const Form& form, const Call& call, int depth) const {
    std::vector<std::pair<double, Distribution>> branches;
    read_weighted(form, call, [&](double weight, const Piece& value) {
      branches.emplace_back(weight, read(value, depth + 1));
    });
    return Distribution::mixture(std::move(branches));
  }

  Distribution read_hyperexponential(const Form& form, const Call& call) const {
    std::vector<std::pair<double, double>> branches;
    read_weighted(form, call, [&](double weight, const Piece& value) {
      branches.emplace_back(weight, take(parse_quantity(value.text, quantity_), value));
    });
    return Distribution::hyperexponential(std::move(branches));
  }

  Distribution read_empirical(const Call& call) const {
    const Piece file = call.inside;
    if (file.text.empty()) fail(file.at, "expected the name of a file, as in empirical(FILE)");
    if (!read_values_) fail(file.at, "no file of values can be named here");
    Parsed<std::vector<double>> values = read_values_(file.text);
    if (!values) fail(file.at, values.error().message);
    return Distribution::empirical(*values, std::string(file.text));
  }

  Quantity quantity_;
  const ReadValues& read_values_;
};

}  // namespace

Parsed<Distribution> parse_distribution(std::string_view text, Quantity quantity,
                                        const ReadValues& read_values) {
  try {
    return Reader(quantity, read_values).read({text, 0});
  } catch (const Failure& failure) {
    return failure.error;
  }
}

}  // namespace faultline::sim
