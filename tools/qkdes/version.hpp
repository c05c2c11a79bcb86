// What `qkdes --version` says: the first line for people and scripts, then what it was built with.
#pragma once
#include <string>

namespace qkdes {

std::string version_text();

} // namespace qkdes
