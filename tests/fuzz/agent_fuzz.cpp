// libFuzzer's door to the agents' interface. By hand, with clang:
//   cmake -S . -B build/fuzz -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DQKDES_FUZZ=ON -DQKDES_SANITIZE=address
//   ninja -C build/fuzz fuzz_agent && build/fuzz/tests/fuzz_agent -max_total_time=60 tests/fuzz/corpus/agent
#include "tests/fuzz/agent_entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    qkdes::test::AgentEntry entry; // fresh each time: inputs must not depend on each other
    entry({reinterpret_cast<char const*>(data), size});
    return 0;
}
