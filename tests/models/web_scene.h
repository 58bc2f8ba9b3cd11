// A probe that asks `web`, which takes a second of one worker for each request. Nothing else takes
// any time.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string_view>
#include <utility>

#include "models/service/service.h"
#include "tests/models/probe.h"

namespace faultline::models {

struct WebScene {
  World world{1, tiny_geography()};
  Probe* probe;
  Service* web;

  explicit WebScene(const CallPolicy& policy = {}) {
    auto owned_probe = std::make_unique<Probe>("probe", "web", policy);
    auto owned_web = std::make_unique<Service>("web");
    probe = owned_probe.get();
    web = owned_web.get();
    StepSettings step;
    step.compute = sim::Distribution::constant(sim::Duration::from_seconds(1));
    web->settings.endpoints["*"] = {step};
    world.add(std::move(owned_probe));
    world.add(std::move(owned_web));
  }
  void ask_at(std::initializer_list<sim::Duration> times) {
    for (const sim::Duration time : times) probe->ask({.at = time});
  }
  void run(sim::Duration until = sim::Duration::from_seconds(100)) {
    world.start();
    world.run_until(sim::Time{} + until);
  }
  void expect(std::size_t ask, Status status, sim::Duration at) const {
    const Probe::Answer* answer = probe->answer_to(ask);
    ASSERT_NE(answer, nullptr) << ask;
    EXPECT_EQ(answer->outcome.status, status) << ask;
    EXPECT_EQ(answer->at, sim::Time{} + at) << ask;
  }
  auto metric(std::string_view name) const { return reading(world, *web, name).part; }
};

}  // namespace faultline::models
