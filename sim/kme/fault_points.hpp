// Places in the node code where a test or a scenario may make things go wrong, asked each time the code passes one.
// What is struck is the node, never the books: whatever fires, no key unit is stranded, doubled or lost count of.
//
//   drop_ack          an acknowledgement is not sent (its repeats ask again)
//   crash_before_ack  keys are stored, nothing is acknowledged yet, and the node goes down: it does nothing more until
//                     the host, told by crashed(), calls on_restart()
//   duplicate         a message is sent twice
//   reorder           a message waits until the next one on its link has gone; the last of all never goes
//   slow_disk         keys are stored, and half a relay timeout passes before that is acknowledged
//   alter             a dishonest relay changes the keys that it passes on; nothing on a single path can notice (the
//                     two applications hold different keys), which is what shares over several paths are for
//   drop_relay        a dishonest relay accepts keys and does not pass them on
//   replay            the last keys sent over the link are sent there again
//
// Checked: tests/sim/kme/fault_points_test.cpp.
#pragma once
#include "sim/base/ids.hpp"

#include <cstdint>

namespace qkdes {

enum class FaultPoint : std::uint8_t {
    drop_ack,
    crash_before_ack,
    duplicate,
    reorder,
    slow_disk,
    alter,
    drop_relay,
    replay
};

class FaultInjector {
  public:
    virtual ~FaultInjector() = default;
    /// The node passes the point: does it strike now?
    virtual bool hit(NodeId node, FaultPoint point) = 0;
    /// The node went down at a point; not from here, but later, the host restarts it.
    virtual void crashed(NodeId node) = 0;
};

} // namespace qkdes
