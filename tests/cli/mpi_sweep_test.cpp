// Shows that a sweep keeps the same rows whether threads, ranks of an MPI job or merged shards make
// its runs, and what it says when ranks cannot work together.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "analysis/sweep/database.h"
#include "cli/commands.h"
#include "tests/analysis/store_rows.h"
#include "tests/cli/said.h"
#include "tests/scenarios/scratch_folder.h"

namespace faultline::cli::mpi_sweep_test {
namespace {

using testing::HasSubstr;

class MpiSweep : public testing::Test {
 protected:
  static std::string sweep_command(int runs) {
    return fmt::format(
        "'{}' sweep retry-storm --vary load=0.5,1 --vary /components/web/workers=4,8 --duration 3s "
        "--set run.warmup=1s --runs {}",
        FAULTLINE_BINARY, runs);
  }

  SweepArguments same_sweep(int runs, const std::string& store) const {
    SweepArguments arguments;
    arguments.what.scenario = "retry-storm";
    arguments.what.set = {"run.warmup=1s"};
    arguments.what.duration = "3s";
    arguments.vary = {"load=0.5,1", "/components/web/workers=4,8"};
    arguments.runs = std::to_string(runs);
    arguments.jobs = "1";
    arguments.store = file(store);
    return arguments;
  }

  std::string file(const std::string& name) const { return folder_.path() / name; }

  std::vector<std::string> rows_of(const std::string& store) const {
    return analysis::rows_of_store(file(store));
  }

  // Its exit status; what it printed is in the files `out` and `err`.
  int run(const std::string& command) const {
    // ASan: MPI leaves much that nobody freed. Its search for hardware opens every display there
    // is, which would end one that a test of the window has just begun for itself. Of a job that
    // has failed, mpirun waits a second for the rest to end.
    const std::string whole = fmt::format(
        "ASAN_OPTIONS=detect_leaks=0 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
        "HWLOC_COMPONENTS=-gl OMPI_MCA_odls_base_sigkill_timeout=0 timeout -k 5 50 {} > '{}' 2> "
        "'{}' < /dev/null",
        command, file("out"), file("err"));
    const int status = std::system(whole.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string printed(const std::string& name) const {
    std::ifstream stream(file(name));
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
  }

  // Skips the test, saying why, where there is nothing to start ranks with.
  void need_mpi() const {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "the thread sanitizer does not know MPI's own locks";
#endif
    const auto module = std::filesystem::path(FAULTLINE_BINARY).parent_path() / "faultline-mpi.so";
    if (!std::filesystem::exists(module)) GTEST_SKIP() << "built without MPI";
    run("mpirun --version");
    if (printed("out").find("Open MPI") == std::string::npos) GTEST_SKIP() << "no Open MPI";
  }

  scenarios::ScratchFolder folder_;
};

TEST_F(MpiSweep, KeepsTheSameRowsWhoeverMakesTheRuns) {
  constexpr int runs = 5;
  ASSERT_EQ(say(sweep, same_sweep(runs, "one")).status, exit_done);
  const auto rows = rows_of("one");
  ASSERT_GT(rows.size(), 20U * 20);
  SweepArguments by_two = same_sweep(runs, "two");
  by_two.jobs = "2";
  ASSERT_EQ(say(sweep, by_two).status, exit_done);
  EXPECT_EQ(rows_of("two"), rows);
  std::vector<std::string> parts;
  for (int k = 1; k <= 16; ++k) {
    const std::string name = fmt::format("part-{}", k);
    SweepArguments part = same_sweep(runs, name);
    part.shard = fmt::format("{}/16", k);
    ASSERT_EQ(say(sweep, part).status, exit_done);
    parts.push_back(file(name));
  }
  ASSERT_EQ(say(merge, file("merged"), parts).status, exit_done);
  EXPECT_EQ(rows_of("merged"), rows);

  need_mpi();
  if (IsSkipped()) return;
  const std::string alone = say(sweep, same_sweep(runs, "again")).out;
  ASSERT_EQ(run(fmt::format("mpirun --oversubscribe -n 4 {} --store '{}'", sweep_command(runs),
                            file("ranks"))),
            exit_done)
      << printed("err");
  EXPECT_EQ(rows_of("ranks"), rows);
  EXPECT_EQ(printed("out"), alone) << "one rank prints";
}

class MpiSweepCutOff : public MpiSweep {
 protected:
  static constexpr int runs = 100;

  // Of three ranks, the second of which leaves the number of its process in a file.
  std::string ranks() const {
    return fmt::format(
        "mpirun --oversubscribe -n 3 sh -c 'echo $$ > \"{}-$OMPI_COMM_WORLD_RANK\"; exec \"$@\"' "
        "sh {} --store '{}'",
        file("pid"), sweep_command(runs), file("store"));
  }

  std::int64_t kept() const {
    try {
      if (!std::filesystem::exists(file("store"))) return 0;
      return analysis::Database(file("store")).ask("SELECT count(*) FROM runs");
    } catch (const analysis::StoreError&) {  // its tables are not made yet
      return 0;
    }
  }

  // Sends the second rank a signal as soon as runs are kept; the exit status of the job.
  int cut_off_by(int signal) {
    int status = exit_done;
    std::jthread job([&] { status = run(ranks()); });
    const auto begun = std::chrono::steady_clock::now();
    while (kept() == 0 && std::chrono::steady_clock::now() - begun < std::chrono::seconds(30)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    const int rank = std::atoi(printed("pid-1").c_str());
    EXPECT_GT(rank, 0);
    if (rank > 0) kill(rank, signal);
    job.join();
    EXPECT_GT(kept(), 0);
    EXPECT_LT(kept(), 4 * runs);
    return status;
  }

  void expect_that_the_same_command_makes_the_rest() {
    ASSERT_EQ(run(ranks()), exit_done) << printed("err");
    EXPECT_THAT(printed("out"), HasSubstr(" found in the store"));
    ASSERT_EQ(say(sweep, same_sweep(runs, "alone")).status, exit_done);
    EXPECT_EQ(rows_of("store"), rows_of("alone"));
  }
};

TEST_F(MpiSweepCutOff, LosesNothingWhenARankIsKilled) {
  need_mpi();
  if (IsSkipped()) return;
  EXPECT_NE(cut_off_by(SIGKILL), exit_done);
  expect_that_the_same_command_makes_the_rest();
}

TEST_F(MpiSweepCutOff, StopsAsAWholeWhenARankIsInterrupted) {
  need_mpi();
  if (IsSkipped()) return;
  EXPECT_EQ(cut_off_by(SIGINT), exit_stopped);
  EXPECT_THAT(printed("err"), HasSubstr("interrupted; the same command makes the runs that are"));
}

TEST_F(MpiSweep, RefusesRanksThatMeanDifferentSweeps) {
  need_mpi();
  if (IsSkipped()) return;
  const auto with_other = [&](const std::string& options) {
    EXPECT_EQ(run(fmt::format("mpirun --oversubscribe -n 1 {0} : -n 1 {0} {1}", sweep_command(2),
                              options)),
              exit_wrong);
    return printed("err");
  };
  EXPECT_THAT(with_other("--set /components/web/backlog=7"),
              HasSubstr("rank 1 reads another scenario on "));
  EXPECT_THAT(with_other("--seed 7"), HasSubstr("rank 1 was asked for another sweep on "));
  EXPECT_THAT(with_other("--set /components/web/backlgo=7"),
              testing::AllOf(HasSubstr("has problems that rank 0 has not"), HasSubstr("backlgo")));
}

// As MPICH's mpirun would start it: Open MPI does not see the other ranks then.
TEST_F(MpiSweep, RefusesToBeOneOfManyThatKnowNothingOfEachOther) {
  EXPECT_EQ(run("env PMI_RANK=0 PMI_SIZE=2 " + sweep_command(2)), exit_wrong);
  EXPECT_THAT(printed("err"), HasSubstr("started as one of 2 processes, but "));
  EXPECT_EQ(run("env PMI_RANK=0 PMI_SIZE=1 " + sweep_command(1)), exit_done) << printed("err");
}

}  // namespace
}  // namespace faultline::cli::mpi_sweep_test
