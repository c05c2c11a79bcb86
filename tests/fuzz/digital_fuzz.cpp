// libFuzzer's door to digital key distribution. By hand, with clang, as in etsi014_fuzz.cpp: target fuzz_digital.
#include "tests/fuzz/digital_entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    qkdes::test::DigitalEntry entry; // fresh each time: inputs must not depend on each other
    entry({data, size});
    return 0;
}
