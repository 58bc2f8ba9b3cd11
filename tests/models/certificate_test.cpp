// Shows what becomes of calls when the certificate of whom they go to has expired.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "models/timeline.h"
#include "tests/models/probe.h"

namespace faultline::models::certificate_test {
namespace {

using namespace sim::literals;
using testing::ElementsAre;

// Asks at 1 s, 11 s and 21 s; the certificate has expired from 10 s to 20 s.
std::vector<Status> statuses(const CallPolicy& policy, std::vector<sim::Duration> when,
                             std::size_t* served = nullptr) {
  World world(1, tiny_geography());
  auto probe = std::make_unique<Probe>("probe", "stub", policy);
  auto stub = std::make_unique<Stub>("stub");
  Probe* asks = probe.get();
  Stub* answers = stub.get();
  for (const sim::Duration at : when) asks->ask({.at = at});
  world.add(std::move(probe));
  world.add(std::move(stub));
  auto action = std::make_shared<ExpireCertificateAction>(Address{"stub"});
  action->at = sim::Time{} + 10_s;
  action->lasts = 10_s;
  world.add_action(std::move(action));
  world.start();
  world.run_until(sim::Time{} + 60_s);
  std::vector<Status> all(when.size());
  for (const auto& answer : asks->answers()) all[answer.ask] = answer.outcome.status;
  if (served != nullptr) *served = answers->heard().size();
  return all;
}

// Without connections each call opens one: it fails, and the callee does not hear of it.
TEST(Certificate, NobodyGetsThroughUntilItIsRenewed) {
  std::size_t served = 0;
  EXPECT_THAT(statuses({}, {1_s, 11_s, 21_s}, &served),
              ElementsAre(Status::ok, Status::reset, Status::ok));
  EXPECT_EQ(served, 2U);
}

// A connection that is kept goes on; a new one is refused. Where there is no TLS nobody notices.
TEST(Certificate, ConnectionsThatAreKeptGoOn) {
  CallPolicy kept;
  kept.connection = ConnectionPolicy{};
  kept.connection->tls = Tls::v1_3;
  kept.connection->idle_timeout = 60_s;
  EXPECT_THAT(statuses(kept, {1_s, 11_s, 21_s}), ElementsAre(Status::ok, Status::ok, Status::ok));
  CallPolicy forgotten = kept;
  forgotten.connection->idle_timeout = 5_s;
  EXPECT_THAT(statuses(forgotten, {1_s, 11_s, 21_s}),
              ElementsAre(Status::ok, Status::reset, Status::ok));
  forgotten.connection->tls = Tls::none;
  EXPECT_THAT(statuses(forgotten, {1_s, 11_s, 21_s}),
              ElementsAre(Status::ok, Status::ok, Status::ok));
}

}  // namespace
}  // namespace faultline::models::certificate_test
