// The calls of MPI. A module of its own, for loading MPI takes longer than starting faultline: it
// is loaded by processes that were started as one of several, and by no others.
#include <mpi.h>

#include <chrono>
#include <cstdlib>
#include <list>
#include <thread>
#include <utility>

#include "cli/mpi_world.h"

namespace faultline::cli {
namespace {

class OfMpi : public MpiWorld {
 public:
  OfMpi() {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
  }

  ~OfMpi() override {
    if (!left_) MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
    MPI_Finalize();
  }

  unsigned rank() const override { return static_cast<unsigned>(rank_); }
  unsigned size() const override { return static_cast<unsigned>(size_); }

  void send(unsigned to, Bytes bytes) override {
    forget_the_arrived();
    Sent& one = sent_.emplace_back(Sent{std::move(bytes), MPI_REQUEST_NULL});
    MPI_Isend(one.bytes.data(), static_cast<int>(one.bytes.size()), MPI_BYTE, static_cast<int>(to),
              0, MPI_COMM_WORLD, &one.request);
    // `forget_the_arrived` looks after it.
  }  // NOLINT(clang-analyzer-optin.mpi.MPI-Checker)

  std::optional<Message> receive() override {
    forget_the_arrived();
    int there = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
    if (there == 0) return std::nullopt;
    int size = 0;
    MPI_Get_count(&status, MPI_BYTE, &size);
    Message message{static_cast<unsigned>(status.MPI_SOURCE),
                    Bytes(static_cast<std::size_t>(size))};
    MPI_Recv(message.bytes.data(), size, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG,
             MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return message;
  }

  void leave() override {
    for (forget_the_arrived(); !sent_.empty(); forget_the_arrived()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    left_ = true;
  }

 private:
  struct Sent {
    Bytes bytes;
    MPI_Request request;
  };

  void forget_the_arrived() {
    sent_.remove_if([](Sent& one) {
      int arrived = 0;
      MPI_Test(&one.request, &arrived, MPI_STATUS_IGNORE);
      return arrived != 0;
    });
  }

  std::list<Sent> sent_;  // on their way: must stay where they are
  int rank_ = 0;
  int size_ = 1;
  bool left_ = false;
};

}  // namespace
}  // namespace faultline::cli

extern "C" faultline::cli::MpiWorld* begin_mpi() { return new faultline::cli::OfMpi; }
