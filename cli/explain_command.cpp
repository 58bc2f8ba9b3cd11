// `explain`.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/run.h"
#include "analysis/story/evidence.h"
#include "analysis/story/story.h"
#include "analysis/story/story_text.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/loading.h"
#include "cli/progress.h"

namespace faultline::cli {

int explain(const ExplainArguments& arguments) {
  scenarios::Problems problems;
  const auto scenario = load(arguments.what, problems);
  if (!scenario) return report(problems);

  Progress progress;
  analysis::Evidence evidence(scenario->run.window);
  analysis::RunOptions options;
  options.seed = arguments.seed.value_or(scenario->run.seed);
  options.interrupt = watch_signals();
  options.on_value = [&](sim::Time, sim::Time end, std::string_view, std::string_view,
                         std::optional<double>) {
    if (!progress.due()) return;
    progress.show(fmt::format("{:.0f} s of {:.0f} s simulated", end.seconds(),
                              scenario->run.duration.seconds()));
  };
  evidence.watch(options);
  const analysis::Run run = analysis::run(*scenario, options);
  progress.done();
  const analysis::Story story = analysis::make_story(*scenario, run, evidence);
  if (arguments.json) {
    fmt::print("{}\n", analysis::story_json(story).dump(2));
  } else {
    fmt::print("{}", analysis::story_text(story));
  }
  return story.complete ? exit_done : exit_stopped;
}

}  // namespace faultline::cli
