// Figure 8 of arXiv:2604.20376: how error rate and key rate of experiments hang together with the number of keys per
// request and with the number of clients that ask at once. The source finds the dependence of the key rate on
// concurrency and of errors on the number of keys significant and prints no signs. Here, and why:
//
//   key rate, concurrency   negative: requests queue at the vendor's one server, latency grows with those in front
//   key rate, number        positive: a request for more keys is served in the same visit
//   errors, number          positive: keys are taken faster than the link makes them, the buffer runs empty
//   errors, concurrency     none to speak of: the server hands out as many keys, whoever asks
//
// Checked: tests/sim/study/testbed_test.cpp.
#pragma once
#include "sim/study/answer_log.hpp"
#include "sim/study/testbed/report.hpp"

#include <vector>

namespace qkdes {

/// One demand, one experiment.
struct LoadPoint {
    double number = 0, concurrency = 0;
    double error_rate = 0;              ///< share of requests without a key
    double rate_mean = 0, rate_p95 = 0; ///< bit/s: bits / latency of each request with keys
};
/// Demands with closed loops; those without an answer are left out.
std::vector<LoadPoint> load_points(Scenario const& scenario, AnswerLog const& log);

ExperimentReport load_report(std::vector<LoadPoint> const& points);

} // namespace qkdes
