#include "sim/study/answer_log.hpp"

#include <algorithm>

namespace qkdes {

void AnswerLog::request(RequestRecord const& record, std::vector<NodeId> const&) {
    answers[record.demand.index()].push_back(
        {record.index, record.asked, record.answered, record.complete, !record.ids.empty()});
}

void AnswerLog::block(BlockRecord const& record) {
    if (record.delivered > 0) bursts.push_back({record.link, record.done, record.delivered, record.for_a});
}

std::vector<SummarySection> AnswerLog::finish() {
    for (auto& of_demand : answers)
        std::ranges::sort(of_demand, {}, &Answer::index);
    return {};
}

} // namespace qkdes
