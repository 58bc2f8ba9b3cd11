#include "scenarios/parameter_tables.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "scenarios/outline.h"
#include "sim/units.h"

namespace faultline::scenarios {
namespace {

constexpr const char* head =
    "| Key | Kind | Default | Example | Meaning |\n"
    "|---|---|---|---|---|\n";

using Example = std::pair<std::string_view, std::string_view>;

// Texts with a form of their own, by their key.
constexpr std::array text_examples{
    Example{"arrivals", "\"poisson(70/s)\""},
    Example{"crash", "\"web/0\""},
    Example{"cut", "\"us-east<->eu-west\""},
    Example{"delay", "\"web->db\""},
    Example{"deploy", "\"web\""},
    Example{"destroy", "\"db/2\""},
    Example{"drain", "\"web/0\""},
    Example{"during", "\"2m..3m\""},
    Example{"endpoint", "\"GET /basket\""},
    Example{"expire-certificate", "\"gateway\""},
    Example{"flush", "\"cache\""},
    Example{"key", "\"user\""},
    Example{"load", "\"shoppers\""},
    Example{"lose", "\"web->db\""},
    Example{"metric", "\"latency_ms.p99\""},
    Example{"near", "\"us-east\""},
    Example{"outage", "\"us-east/a\""},
    Example{"pause", "\"db/leader\""},
    Example{"restart", "\"web/0\""},
    Example{"set", "\"/components/web/workers\""},
    Example{"slow", "\"db/leader\""},
    Example{"times-that-of", "\"10s..20s\""},
};

std::string text_example(const Parameter& parameter) {
  for (const auto& [key, example] : text_examples) {
    if (key == parameter.name) return std::string(example);
  }
  return parameter.default_json.value_or("\"...\"");
}

std::string plain_number(double number) {
  std::string text = nlohmann::json(number).dump();
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

std::string name_of(models::Reference kind) {
  switch (kind) {
    case models::Reference::component:
    case models::Reference::address:
      return "component";
    case models::Reference::dns:
      return "DNS name";
    case models::Reference::home:
      return "home";
    case models::Reference::zone:
      break;
  }
  return "zone";
}

std::string name_example(models::Reference kind) {
  switch (kind) {
    case models::Reference::component:
    case models::Reference::address:
      return "\"web\"";
    case models::Reference::dns:
      return "\"com\"";
    case models::Reference::home:
      return "\"homes\"";
    case models::Reference::zone:
      break;
  }
  return "\"us-east/a\"";
}

std::string range_of(const models::CountRange& range) {
  const bool open = range.max >= models::CountRange{}.max;
  if (open) return range.min == 0 ? "" : ", at least " + std::to_string(range.min);
  return ", " + std::to_string(range.min) + " to " + std::to_string(range.max);
}

std::string range_of(const models::NumberRange& range) {
  const std::string least = (range.min_excluded ? ", above " : ", at least ");
  if (!std::isfinite(range.max)) return least + plain_number(range.min);
  if (range.min_excluded)
    return least + plain_number(range.min) + ", to " + plain_number(range.max);
  return ", " + plain_number(range.min) + " to " + plain_number(range.max);
}

std::string range_of(sim::Duration at_least) {
  if (at_least.ns == 0) return "";
  return at_least.ns == 1 ? ", above 0" : ", at least " + sim::format_duration(at_least);
}

std::string choice_of(const Parameter& parameter) {
  std::string text;
  for (const std::string& word : parameter.words) {
    text += (text.empty() ? "`\"" : ", `\"") + word + "\"`";
  }
  return text;
}

std::string kind_of(const Parameter& parameter) {
  switch (parameter.kind) {
    case Kind::flag:
      return "flag";
    case Kind::count:
      return "count" + range_of(parameter.counts);
    case Kind::number:
      return "number" + range_of(parameter.numbers);
    case Kind::value:
      return "number or percentage";
    case Kind::ratio:
      return "ratio";
    case Kind::rate:
      return "rate";
    case Kind::bandwidth:
      return "bandwidth";
    case Kind::duration:
      return "duration" + range_of(parameter.at_least);
    case Kind::distribution:
      return "distribution of durations";
    case Kind::bytes:
      return "distribution of sizes";
    case Kind::plain:
      return "distribution of numbers";
    case Kind::weights:
      return "weights by name";
    case Kind::text:
      return "text";
    case Kind::texts:
      return "list of texts";
    case Kind::file:
      return "file";
    case Kind::name:
      return "name of a " + name_of(parameter.refers_to);
    case Kind::names:
      return "list of " + name_of(parameter.refers_to) + "s";
    case Kind::choice:
      return choice_of(parameter);
    case Kind::object:
      return "object";
    case Kind::list:
      return "list";
    case Kind::map:
      return "objects by name";
    case Kind::lists:
      return "list of lists";
    case Kind::named_lists:
      return "lists by name";
    case Kind::any:
      break;
  }
  return "any";
}

// Where the parameters of an element stand, after the key itself.
std::string path_within(const Parameter& parameter) {
  switch (parameter.kind) {
    case Kind::list:
      return "[].";
    case Kind::lists:
      return "[][].";
    case Kind::map:
      return ".NAME.";
    case Kind::named_lists:
      return ".NAME[].";
    default:
      return ".";
  }
}

std::string in_cell(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
    text.insert(at, "\\");
  }
  return text;
}

std::string row(const std::string& key, const std::string& kind, const std::string& usual,
                const std::string& example, const std::string& meaning) {
  return "| `" + key + "` | " + in_cell(kind) + " | " + usual + " | " + example + " | " +
         in_cell(meaning) + " |\n";
}

void add_rows(const std::vector<Parameter>& parameters, const std::string& path,
              std::string& table) {
  for (const Parameter& parameter : parameters) {
    std::string usual = parameter.required ? "*required*" : "";
    if (parameter.default_json) usual = "`" + *parameter.default_json + "`";
    std::string meaning = parameter.meaning;
    if (parameter.within_itself) meaning += " Each is a " + parameter.shape + " as this one.";
    if (parameter.live) meaning += " *May change while running.*";
    table += row(path + parameter.name, kind_of(parameter), usual,
                 "`" + example_of(parameter) + "`", meaning);
    add_rows(parameter.parameters, path + parameter.name + path_within(parameter), table);
  }
}

std::string composite_example(const Parameter& parameter) {
  std::string inside;
  for (const Parameter& inner : parameter.parameters) {
    if (!inner.required) continue;
    if (!inside.empty()) inside += ", ";
    inside += "\"" + inner.name + "\": " + example_of(inner);
  }
  const auto& parts = parameter.parameters;
  if (inside.empty() && !parts.empty()) {
    inside = "\"" + parts.front().name + "\": " + example_of(parts.front());
  }
  const std::string element = inside.empty() ? "{}" : "{ " + inside + " }";
  switch (parameter.kind) {
    case Kind::list:
      return "[" + element + "]";
    case Kind::lists:
      return parameter.within_itself ? R"([[{ "call": "cart" }], [{ "call": "stock" }]])"
                                     : "[[" + element + "]]";
    case Kind::map:
      return R"({ "NAME": )" + element + " }";
    case Kind::named_lists:
      return R"({ "NAME": [)" + element + "] }";
    default:
      return element;
  }
}

// Not the default, if there is a choice.
std::string other_word(const Parameter& parameter) {
  const std::string last = "\"" + parameter.words.back() + "\"";
  return last == parameter.default_json ? "\"" + parameter.words.front() + "\"" : last;
}

}  // namespace

std::string example_of(const Parameter& parameter) {
  switch (parameter.kind) {
    case Kind::flag:
      return parameter.default_json == "true" ? "false" : "true";
    case Kind::count:
      return std::to_string(
          std::clamp<std::uint64_t>(8, parameter.counts.min, parameter.counts.max));
    case Kind::number:
      return plain_number(std::clamp(1.5, parameter.numbers.min, parameter.numbers.max));
    case Kind::value:
      return "35";
    case Kind::ratio:
      return "\"5%\"";
    case Kind::rate:
      return "\"70/s\"";
    case Kind::bandwidth:
      return "\"1Gbps\"";
    case Kind::duration:
      return "\"" +
             sim::format_duration(std::max(parameter.at_least, sim::Duration::from_seconds(2.5))) +
             "\"";
    case Kind::distribution:
      return "\"lognormal(mean=8ms, cv=1.5)\"";
    case Kind::bytes:
      return "\"exp(64KiB)\"";
    case Kind::plain:
      return "\"uniform(1, 5)\"";
    case Kind::weights:
      return R"({ "GET /": 9, "POST /order": 1 })";
    case Kind::text:
      return text_example(parameter);
    case Kind::texts:
      return R"(["a", "b"])";
    case Kind::file:
      return "\"access.log\"";
    case Kind::name:
      return name_example(parameter.refers_to);
    case Kind::names:
      return "[" + name_example(parameter.refers_to) + "]";
    case Kind::choice:
      return other_word(parameter);
    case Kind::any:
      return "8";
    default:
      return composite_example(parameter);
  }
}

std::string parameter_table(const std::vector<Parameter>& parameters) {
  std::string table = head;
  add_rows(parameters, "", table);
  return table;
}

std::string top_level_table() {
  std::string table = "| Key | Kind | Meaning |\n|---|---|---|\n";
  const auto add = [&](const TopLevelKey& key) {
    table += "| `" + std::string(key.name) + "` | " + std::string(key.kind) +
             (key.required ? ", *required*" : "") + " | " + std::string(key.meaning) + " |\n";
  };
  for (const TopLevelKey& key : document_keys()) add(key);
  for (const TopLevelKey& key : top_level_keys()) add(key);
  return table;
}

}  // namespace faultline::scenarios
