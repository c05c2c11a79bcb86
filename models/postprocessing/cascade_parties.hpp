// The two parties of Cascade. Alice holds her key and answers; Bob holds his, asks and corrects. Bob's code never sees
// Alice's key: all that reaches him are the parities in her messages.
#pragma once
#include "models/postprocessing/cascade_plan.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace qkdes::cascade {

class Alice {
  public:
    Alice(Plan const& plan, Bits const& key);
    /// The parities that open a pass: of every block in pass 0, of every block but the last in pass 1 (it follows from
    /// pass 0), of the subset alone from pass 2 on (its complement follows).
    Bits open_pass(unsigned pass) const;
    /// One parity per query.
    Bits answer(std::span<Query const> queries) const;

  private:
    Plan const& plan_;
    std::vector<std::uint64_t> key_, permuted_;
};

class Bob {
  public:
    explicit Bob(Plan const& plan);
    /// Begins a frame; what the last one left is cleared. One object serves many frames, because its trees are large
    /// and mostly untouched.
    void take(Bits const& key);

    /// Takes Alice's opening message and queues the odd blocks.
    void open_pass(unsigned pass, Bits const& parities);
    /// The next message to Alice: one query per open search, none twice. Empty when nothing is odd any more; searches
    /// that need no question have then been finished too.
    std::span<Query const> ask();
    /// Alice's answers to the last ask(): halves the searches and corrects the bits found.
    void hear(Bits const& answers);

    Bits corrected() const { return Bits{plan_.frame_bits(), key_}; }
    std::uint64_t flips() const { return flips_; }

  private:
    /// Which nodes of a pass have a known parity at Alice's, and for which of them Bob's differs ("odd"). While the
    /// children of an odd node are being asked they are marked known with neither odd.
    struct Forest {
        std::vector<std::uint64_t> known, odd;
        std::vector<std::uint32_t> touched; // nodes made known, in subset passes only: few of very many
        bool is_known(std::uint32_t node) const { return known[node >> 6] >> (node & 63) & 1; }
        bool is_odd(std::uint32_t node) const { return odd[node >> 6] >> (node & 63) & 1; }
        void set_known(std::uint32_t node) { known[node >> 6] |= std::uint64_t{1} << (node & 63); }
        void toggle(std::uint32_t node, std::uint64_t bit = 1) { odd[node >> 6] ^= bit << (node & 63); }
    };

    bool own_parity(Query node) const;
    void settle(Query node);
    void apply_found();
    void flip(std::uint32_t position);
    bool has_live_bits(unsigned pass, std::uint32_t node) const;
    void make_known(unsigned pass, std::uint32_t node);

    Plan const& plan_;
    std::vector<std::uint64_t> key_, permuted_;
    std::vector<Forest> forests_;
    unsigned open_ = 0;            // passes opened so far
    bool whole_differs_ = false;   // parity of the whole key, Alice's against Bob's now
    std::vector<Query> searches_;  // odd nodes to go on with
    std::vector<Query> current_;   // those of this round
    std::vector<Query> questions_; // left children asked in the last message
    std::vector<Query> found_;     // leaves that are odd: errors
    std::uint64_t flips_ = 0;
};

} // namespace qkdes::cascade
