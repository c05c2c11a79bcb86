// How much of a run the page carries. Larger runs are down-sampled to this, and the page says so.
#pragma once
#include <cstddef>

namespace qkdes::look {

struct Limits {
    std::size_t link_points = 2000;   ///< blocks shown of one link
    std::size_t block_points = 64000; ///< of all links together
    std::size_t pool_points = 64000;  ///< levels of all stores together
    std::size_t frame_cells = 120000; ///< frames of the replay times what each says
    std::size_t most_frames = 360, fewest_frames = 24;
    std::size_t table_rows = 1000;  ///< of a table that lists events
    std::size_t object_rows = 5000; ///< of nodes, links and demands: the page needs these whole
};

} // namespace qkdes::look
