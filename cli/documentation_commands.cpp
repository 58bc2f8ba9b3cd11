// `schema` and `docs`: what is generated from the parameters and metrics that components name.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "analysis/atomic_file.h"
#include "cli/commands.h"
#include "scenarios/generated_pages.h"
#include "scenarios/schema.h"

namespace faultline::cli {

int schema() {
  fmt::print("{}", scenarios::scenario_schema_text());
  return exit_done;
}

int docs(const std::vector<std::string>& pages) {
  int status = exit_done;
  for (const std::string& page : pages) {
    std::ifstream in(page);
    std::stringstream text;
    text << in.rdbuf();
    if (!in) {
      fmt::print(stderr, "cannot read {}\n", page);
      status = exit_wrong;
      continue;
    }
    try {
      const std::string fresh = scenarios::with_generated_tables(text.str());
      analysis::AtomicFile out(page);
      out.stream() << fresh;
      out.commit();
    } catch (const std::runtime_error& error) {
      fmt::print(stderr, "{}: {}\n", page, error.what());
      status = exit_wrong;
    }
  }
  return status;
}

}  // namespace faultline::cli
