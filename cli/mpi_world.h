// MpiWorld: the processes that mpirun or srun started together, and messages between them. MPI
// itself is called by a module that is loaded when it is needed (mpi_module.cpp).
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

  // nullptr: this process stands alone, and MPI is not even loaded. Throws LaunchError.
  static std::unique_ptr<MpiWorld> join();
  // Ends MPI together with the other ranks; before `leave`, it ends all of them.
  virtual ~MpiWorld() = default;

  virtual unsigned rank() const = 0;
  virtual unsigned size() const = 0;
  // Returns at once; messages of one rank to another arrive in their order.
  virtual void send(unsigned to, Bytes bytes) = 0;
  // nullopt: none has come.
  virtual std::optional<Message> receive() = 0;
  // Whatever was sent has gone out.
  virtual void leave() = 0;
};

}  // namespace faultline::cli

// What the module has.
extern "C" faultline::cli::MpiWorld* begin_mpi();
