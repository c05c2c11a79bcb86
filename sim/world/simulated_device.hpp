// The simulated driver of a QKD device pair, one end of a link's: QkdDevice over the link models of a world.
//
//   status   from the blocks of the last minute, or the last one if none ended since: error rate, secret bits,
//            sifted bits and detections per second of gathering; visibility 1 - 2 e_X where the family measures a
//            second basis; S where it tests for it; loss of the fibre with its components, and what faults add to it
//            now; time since the last unplanned outage.
//   health   failed in an outage or when the link stopped for want of authentication key; degraded after two blocks in
//            a row without key.
//   key      from this end's key source (sim/ports/key_source.hpp), in whole units of 256 bits: what is left of the
//            last one is spent. The other end gets a block by its id.
//
// Leaves out: temperature (no model has one).
// Checked:    tests/sim/world/simulated_device_test.cpp.
#pragma once
#include "sim/ports/key_source.hpp"
#include "sim/ports/qkd_device.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/quantum_link.hpp"
#include "sim/world/timeline.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>

namespace qkdes {

/// What both ends' devices know of the blocks that they handed out: which units each is made of.
using IssuedBlocks = std::map<KeyId, std::pair<std::uint64_t, std::vector<UnitId>>>; ///< bits, units

QkdProtocol protocol_of(LinkParameters const& physics);

class SimulatedDevice final : public QkdDevice {
  public:
    /// `link` has a device. `source` may be null: then there is no key to be had here. References outlive the device.
    SimulatedDevice(Scenario const& scenario, LinkId link, LinkTimeline const& timeline, KeySource* source,
                    std::shared_ptr<IssuedBlocks> issued, std::function<SimTime()> now);

    void request_key(std::uint64_t bits, std::function<void(KeyBlockResult)> answer) override;
    void key_with_id(KeyId id, std::function<void(KeyBlockResult)> answer) override;
    ChannelStatus channel_status() const override;
    DeviceHealth health() const override;

    /// A block of any link has ended (System::block); those of other links are ignored.
    void on_block(BlockRecord const& record);

  private:
    struct Ended {
        SimTime begin, done;
        double gathering_s = 0;
        std::uint64_t secret = 0, detections = 0, sifted = 0;
        double qber = 0, qber_x = 0;
        bool key = false;
        std::optional<double> bell{};
    };
    KeyBlock assemble(KeyId id, std::uint64_t bits, std::vector<KeyUnit> const& units) const;

    LinkSpec const& spec_;
    LinkId link_;
    LinkTimeline const& timeline_;
    QkdProtocol protocol_;
    KeySource* source_;
    std::shared_ptr<IssuedBlocks> issued_;
    std::function<SimTime()> now_;
    std::deque<Ended> recent_;
    unsigned fruitless_ = 0;
    bool stopped_ = false;
};

} // namespace qkdes
