#include "cli/mpi_world.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <list>
#include <string_view>
#include <thread>

#ifdef FAULTLINE_HAS_MPI
#include <mpi.h>
#endif

namespace faultline::cli {
namespace {

std::optional<unsigned> number_in_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  const std::string_view text = value;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string one_of_several(const Launch& launch) {
  return launch.size ? fmt::format("one of {} processes", *launch.size)
                     : "one of several processes";
}

}  // namespace

std::optional<Launch> launch_of_environment() {
  for (const auto& [rank, size] :
       {std::pair{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},  // Open MPI's mpirun
        std::pair{"PMI_RANK", "PMI_SIZE"},                          // MPICH's, and srun --mpi=pmi2
        std::pair{"PMIX_RANK", "SLURM_STEP_NUM_TASKS"}}) {          // srun --mpi=pmix
    if (const auto number = number_in_environment(rank)) {
      return Launch{number_in_environment(size), *number};
    }
  }
  return std::nullopt;
}

#ifdef FAULTLINE_HAS_MPI

// Messages that are on their way, which must stay where they are.
struct MpiWorld::Outbox {
  struct Sent {
    Bytes bytes;
    MPI_Request request;
  };
  std::list<Sent> sent;

  void forget_the_arrived() {
    sent.remove_if([](Sent& one) {
      int arrived = 0;
      MPI_Test(&one.request, &arrived, MPI_STATUS_IGNORE);
      return arrived != 0;
    });
  }
};

std::unique_ptr<MpiWorld> MpiWorld::join() {
  const auto launch = launch_of_environment();
  if (!launch || launch->size == 1U) return nullptr;
  std::unique_ptr<MpiWorld> world(new MpiWorld);
  if (world->size_ > 1) return world;
  world->leave();
  if (!launch->size) return nullptr;
  throw LaunchError(fmt::format(
      "started as {}, but MPI sees only itself: the launcher belongs to another MPI than the one "
      "this faultline was built with; start it with the mpirun of that one, or with another --mpi "
      "of srun",
      one_of_several(*launch)));
}

MpiWorld::MpiWorld() : outbox_(std::make_unique<Outbox>()) {
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  int rank = 0;
  int size = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  rank_ = static_cast<unsigned>(rank);
  size_ = static_cast<unsigned>(size);
}

MpiWorld::~MpiWorld() {
  if (!left_) MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
  MPI_Finalize();
}

void MpiWorld::send(unsigned to, Bytes bytes) {
  outbox_->forget_the_arrived();
  auto& one = outbox_->sent.emplace_back(Outbox::Sent{std::move(bytes), MPI_REQUEST_NULL});
  MPI_Isend(one.bytes.data(), static_cast<int>(one.bytes.size()), MPI_BYTE, static_cast<int>(to), 0,
            MPI_COMM_WORLD, &one.request);
}

std::optional<MpiWorld::Message> MpiWorld::receive() {
  outbox_->forget_the_arrived();
  int there = 0;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
  if (there == 0) return std::nullopt;
  int size = 0;
  MPI_Get_count(&status, MPI_BYTE, &size);
  Message message{static_cast<unsigned>(status.MPI_SOURCE), Bytes(static_cast<std::size_t>(size))};
  MPI_Recv(message.bytes.data(), size, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, MPI_COMM_WORLD,
           MPI_STATUS_IGNORE);
  return message;
}

void MpiWorld::leave() {
  while (true) {
    outbox_->forget_the_arrived();
    if (outbox_->sent.empty()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  left_ = true;
}

#else

struct MpiWorld::Outbox {};

std::unique_ptr<MpiWorld> MpiWorld::join() {
  const auto launch = launch_of_environment();
  if (!launch || launch->size == 1U) return nullptr;
  throw LaunchError(fmt::format(
      "started as {}, but this faultline was built without MPI: each would make the whole sweep, "
      "and they would fight over its store; build it where MPI is installed (on Debian "
      "libopenmpi-dev), or make the shards of the sweep as jobs of their own (--shard)",
      one_of_several(*launch)));
}

MpiWorld::MpiWorld() = default;
MpiWorld::~MpiWorld() = default;
void MpiWorld::send(unsigned, Bytes) {}
std::optional<MpiWorld::Message> MpiWorld::receive() { return std::nullopt; }
void MpiWorld::leave() {}

#endif

}  // namespace faultline::cli
