// libFuzzer's door to what nodes say to each other. By hand, with clang:
//   cmake -S . -B build/fuzz -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DQKDES_FUZZ=ON -DQKDES_SANITIZE=address
//   ninja -C build/fuzz fuzz_messages && build/fuzz/tests/fuzz_messages -max_total_time=60 tests/fuzz/corpus/messages
#include "tests/fuzz/message_entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    qkdes::test::MessageEntry entry; // a fresh network each time: inputs must not depend on each other
    entry({data, size});
    return 0;
}
