// MpiWorld: the processes that mpirun or srun started together, and messages between them. The one
// place that calls MPI; a binary built without it says so when it is started as one of several.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

namespace faultline::cli {

// The processes started together cannot work together; what() says why and what to do.
class LaunchError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What the environment tells of the launcher of this process: Open MPI's, MPICH's or Slurm's.
struct Launch {
  std::optional<unsigned> size;  // nullopt: it does not tell
  unsigned rank = 0;
};

// nullopt: nobody launched it as one of several.
std::optional<Launch> launch_of_environment();

using Bytes = std::vector<std::uint8_t>;

// All calls from one thread.
class MpiWorld {
 public:
  struct Message {
    unsigned from;
    Bytes bytes;
  };

  // nullptr: this process stands alone, and MPI is not begun. Throws LaunchError.
  static std::unique_ptr<MpiWorld> join();
  // Ends MPI together with the other ranks; before `leave`, it ends all of them.
  ~MpiWorld();
  MpiWorld(const MpiWorld&) = delete;
  MpiWorld& operator=(const MpiWorld&) = delete;

  unsigned rank() const { return rank_; }
  unsigned size() const { return size_; }

  // Returns at once; messages of one rank to another arrive in their order.
  void send(unsigned to, Bytes bytes);
  // nullopt: none has come.
  std::optional<Message> receive();
  // Whatever was sent has gone out.
  void leave();

 private:
  struct Outbox;
  MpiWorld();

  std::unique_ptr<Outbox> outbox_;
  unsigned rank_ = 0;
  unsigned size_ = 1;
  bool left_ = false;
};

}  // namespace faultline::cli
