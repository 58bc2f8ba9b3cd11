#include "models/service/program.h"

#include <algorithm>
#include <utility>

#include "sim/draw.h"

namespace faultline::models {
namespace {

constexpr std::uint32_t parts_per_step = 4;

bool computes(const Steps& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const StepSettings& step) {
    return step.compute || std::any_of(step.parallel.begin(), step.parallel.end(), computes);
  });
}

bool forks_computing(const StepSettings& step) {
  return std::any_of(step.parallel.begin(), step.parallel.end(), computes);
}

class Compiler {
 public:
  Compiler(bool holds_worker, const Linker& linker)
      : holds_worker_(holds_worker), linker_(linker) {}

  Program compile(const Endpoints& endpoints) {
    for (const auto& [name, steps] : endpoints) {
      step_ = 0;
      const std::uint32_t entry = list(steps, holds_worker_);
      const EndpointName endpoint(name);
      Program::Entries& entries = endpoint.mobile ? program_.mobile : program_.entries;
      if (endpoint.asked == "*") {
        entries.any = entry;
        continue;
      }
      const EndpointId id = linker_.endpoint(endpoint.asked);
      if (entries.of.size() <= id) entries.of.resize(id + std::size_t{1});
      entries.of[id] = entry;
    }
    return std::move(program_);
  }

 private:
  std::uint32_t here() const { return static_cast<std::uint32_t>(program_.code.size()); }

  // `part` of a step: what a step does besides its verb never renumbers another draw.
  Instruction& emit(Verb verb, std::uint32_t part = 0) {
    Instruction& instruction = program_.code.emplace_back();
    instruction.verb = verb;
    instruction.step = step_ + part;
    return instruction;
  }

  // Branches stand before the list that forks into them, so that a list is contiguous.
  std::uint32_t list(const Steps& steps, bool needs_worker) {
    std::vector<std::vector<std::uint32_t>> forks;
    for (const StepSettings& step : steps) {
      for (auto& branch : step.parallel) {
        if (&branch == &step.parallel.front()) forks.emplace_back();
        forks.back().push_back(list(branch, false));
      }
    }
    auto fork = forks.begin();
    const std::uint32_t entry = here();
    bool acquire = needs_worker;
    for (const StepSettings& step : steps) {
      const bool sampled = step.sampling < 1;
      if (acquire && (sampled || !step.compute)) emit(Verb::acquire);
      acquire = false;
      const std::uint32_t sample = here();
      if (sampled) emit(Verb::sample).sampling = step.sampling;
      if (step.parallel.empty()) {
        one(step);
      } else {
        forking(step, *fork++);
        acquire = needs_worker && forks_computing(step);
      }
      if (sampled) program_.code[sample].skip = here();
      step_ += parts_per_step;
    }
    emit(Verb::end);
    return entry;
  }

  void forking(const StepSettings& step, const std::vector<std::uint32_t>& branches) {
    Instruction& fork = emit(Verb::fork);
    fork.optional = step.optional;
    fork.hands_over = forks_computing(step);
    fork.first_branch = static_cast<std::uint32_t>(program_.branches.size());
    fork.branch_count = static_cast<std::uint32_t>(branches.size());
    program_.branches.insert(program_.branches.end(), branches.begin(), branches.end());
  }

  void one(const StepSettings& step) {
    if (step.compute) {
      emit(Verb::compute).law = *step.compute;
    } else if (step.respond) {
      emit(Verb::respond).law = *step.respond;
    } else if (!step.call.empty()) {
      Instruction& call = calling(Verb::call, step, step.call, step.policy);
      call.own_endpoint = step.endpoint.empty();
      if (!call.own_endpoint) call.endpoint = linker_.endpoint(step.endpoint);
    } else if (!step.read.empty()) {
      reading(step);
    } else if (!step.write.empty()) {
      calling(Verb::write, step, step.write, step.policy);
      if (step.memory) remembering(Verb::forget, step, step.write);
      if (!step.invalidate.empty()) cache_call(Verb::invalidate, 1, step, step.invalidate);
    } else {
      calling(Verb::publish, step, step.publish, step.policy).own_endpoint = true;
    }
  }

  void reading(const StepSettings& step) {
    const std::uint32_t first = here();
    if (step.memory) remembering(Verb::recall, step, step.read);
    if (step.cache.empty()) {
      calling(Verb::read, step, step.read, step.policy);
    } else {
      reading_aside(step);
    }
    if (step.memory) remembering(Verb::remember, step, step.read);
    for (std::uint32_t i = first; i < here(); ++i) {
      Instruction& part = program_.code[i];
      part.end = here();
      // A hit in the cache is remembered, too.
      part.skip = part.verb == Verb::look_up && step.memory ? here() - 1 : here();
    }
  }

  void reading_aside(const StepSettings& step) {
    Instruction& asking = cache_call(Verb::look_up, 1, step, step.cache);
    asking.optional = step.optional;
    asking.needs_cache = step.cache_down == CacheDown::fail;
    const CallSiteId site = asking.site;
    calling(Verb::read, step, step.read, step.policy);
    Instruction& fill = emit(Verb::fill, 2);
    fill.site = site;
    fill.wait = step.fill.value_or(Fill::async) == Fill::wait;
    name_key(fill, step);
  }

  void remembering(Verb verb, const StepSettings& step, const std::string& store) {
    Instruction& instruction = emit(verb);
    instruction.store_salt = sim::salt_of(store);
    name_key(instruction, step);
  }

  Instruction& calling(Verb verb, const StepSettings& step, const std::string& callee,
                       const std::optional<CallPolicy>& policy) {
    Instruction& call = emit(verb);
    call.site = linker_.call_site(callee, policy.value_or(CallPolicy{}));
    call.optional = step.optional;
    call.own_bytes = !step.bytes && verb != Verb::read;
    if (step.bytes) call.law = *step.bytes;
    name_key(call, step);
    return call;
  }

  // A cache that fails is done without: its failures neither fail nor degrade, unless it is needed.
  Instruction& cache_call(Verb verb, std::uint32_t part, const StepSettings& step,
                          const std::string& cache) {
    Instruction& call = emit(verb, part);
    const auto& policy = step.cache_policy ? step.cache_policy : step.policy;
    call.site = linker_.call_site(cache, policy.value_or(CallPolicy{}));
    name_key(call, step);
    return call;
  }

  static void name_key(Instruction& instruction, const StepSettings& step) {
    if (step.key == "request") return;
    instruction.key_of = step.key == "user" ? KeyOf::user : KeyOf::derived;
    instruction.key_salt = sim::salt_of(step.key);
  }

  bool holds_worker_;
  const Linker& linker_;
  Program program_;
  std::uint32_t step_ = 0;
};

}  // namespace

Program compile(const Endpoints& endpoints, bool holds_worker, const Linker& linker) {
  return Compiler(holds_worker, linker).compile(endpoints);
}

}  // namespace faultline::models
