// libFuzzer's door to the key delivery interface. By hand, with clang:
//   cmake -S . -B build/fuzz -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DQKDES_FUZZ=ON -DQKDES_SANITIZE=address
//   ninja -C build/fuzz fuzz_etsi014 && build/fuzz/tests/fuzz_etsi014 -max_total_time=60 tests/fuzz/corpus/etsi014
#include "tests/fuzz/etsi014_entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    qkdes::test::Etsi014Entry entry{16}; // a fresh network each time: inputs must not depend on each other
    entry({reinterpret_cast<char const*>(data), size});
    return 0;
}
