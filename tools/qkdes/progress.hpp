// One line on stderr that says how far a long run is; nothing when stderr is not a terminal.
#pragma once
#include "sim/base/units.hpp"

#include <chrono>
#include <cstdint>

namespace qkdes {

class Progress {
  public:
    explicit Progress(bool quiet);
    void show(SimTime now, SimTime end, std::uint64_t events);
    void clear();

  private:
    bool visible_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point started_, last_;
};

} // namespace qkdes
