// qkdes reproduce testbed: the experiments of arXiv:2604.20376 beside what they give here.
#pragma once
#include <string>
#include <vector>

namespace qkdes {

struct TestbedOptions {
    std::size_t replications = 30;
    std::vector<std::string> overrides; ///< of every scenario of the testbed
    unsigned jobs = 1;
    std::string csv; ///< folder for the requests of the first run of each campaign; empty: none
    bool json = false, progress = false;
};

/// The exit code.
int reproduce_testbed(TestbedOptions const& options);

} // namespace qkdes
