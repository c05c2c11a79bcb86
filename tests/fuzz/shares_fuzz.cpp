// libFuzzer's door to agents of shares. By hand, with clang, as in etsi014_fuzz.cpp: target fuzz_shares.
#include "tests/fuzz/shares_entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    qkdes::test::SharesEntry entry; // fresh each time: inputs must not depend on each other
    entry({data, size});
    return 0;
}
